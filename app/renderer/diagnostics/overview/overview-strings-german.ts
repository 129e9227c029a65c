// The texts of the tab overview in German.
import type { OverviewStrings } from './overview-strings.ts';

export const overviewGerman: OverviewStrings = {
  title: 'Übersicht',
  intro: 'Dieses Gerät, sein Edge und was hindurchgeht.',
  unknown: 'Nicht bekannt',
  attentionTitle: (count) => `${count} ${count === 1 ? 'Hinweis' : 'Hinweise'}`,
  organisation: 'Ihre Organisation',
  attention: {
    'signaling-disabled': ({ since }, organisation, moment) =>
      `${organisation} hat die Signalisierung ausgeschaltet (${moment(since)}): Adressen werden nicht weitergegeben.`,
    'microsoft-undecided': (_, organisation) =>
      `${organisation} hat für die Dienste von Microsoft weder anchor noch direct gewählt.`,
    'address-ambiguous': ({ family, candidates }) =>
      candidates.length > 1
        ? `Prüfungen widersprechen sich bei Ihrer Adresse (${familyName(family)}): ${candidates.join(' und ')}.`
        : `Keine Prüfung konnte Ihre Adresse (${familyName(family)}) nachweisen.`,
    'address-mismatch': ({ seen }) =>
      `Dienste von Microsoft werden verschiedene Adressen sehen: ${seen
        .map(
          ({ group, addresses }) =>
            `${group === 'Sign-in' ? 'Anmeldung' : group} ${addresses.join(' oder ')}`,
        )
        .join(', ')}.`,
    'channels-unreachable': ({ unreachable }) => `Keine Antwort auf: ${unreachable.join(', ')}.`,
    'foreign-edge': () =>
      'Dieses Edge stammt von einem anderen Hersteller und sagt nicht, welche Adresse Dienste sehen.',
    'profile-refused': ({ cause }) => `Ein Profil kann nicht verwendet werden: ${cause}.`,
  },
  facts: {
    connection: 'Verbindung',
    edge: 'Edge',
    since: 'Seit',
    edgeAddress: 'Adresse des Edge',
    ownAddress: 'Ihre Adresse',
    signalling: 'Signalisierung',
    locations: 'Benannte Standorte',
    device: 'Gerät',
    name: 'Name',
    member: 'Organisation',
    certificate: 'Zertifikat',
    thumbprint: 'Fingerabdruck',
    person: 'Person',
    profiles: 'Datenverkehrsprofile',
    capture: 'Erfassung',
    mode: 'Art',
    httpProxy: 'HTTP-Proxy',
    socks5: 'SOCKS5',
    pac: 'PAC-Datei',
    transparent: 'Transparent',
    names: 'Verwendete Namen',
    ranges: 'Adressbereiche',
    nameServers: 'Namensserver',
    notCaptured: 'Geht vorbei',
  },
  none: 'Keine',
  nobody: 'Niemand angemeldet',
  signalling: { enabled: 'Ein', disabled: 'Aus', unknown: 'Nicht bekannt' },
  locations: (edge, imported) => `${edge} vom Edge, ${imported} importiert`,
  certificateUntil: (date, days) =>
    days < 0 ? `Abgelaufen am ${date}` : `Bis ${date}, noch ${days} ${days === 1 ? 'Tag' : 'Tage'}`,
  profileFacts: (version, policies, rules) =>
    `Version ${version}, ${policies} ${policies === 1 ? 'Richtlinie' : 'Richtlinien'}, ${rules} ${rules === 1 ? 'Regel' : 'Regeln'}`,
  profileState: (enabled, locked) => `${enabled ? 'Ein' : 'Aus'}${locked ? ', von Ihrer Organisation' : ''}`,
  modes: { proxy: 'Proxy', transparent: 'Transparent', both: 'Proxy und transparent' },
  transparentStates: { on: 'Ein', idle: 'Ruht', failed: 'Fehlgeschlagen' },
  rangesText: (ipv4, ipv6) => `${ipv4} IPv4, ${ipv6} IPv6`,
  flowsTitle: 'Verbindungen',
  flows: {
    open: 'Offen',
    total: 'Insgesamt',
    tunnelled: 'Durch das Edge',
    direct: 'Direkt',
    blocked: 'Blockiert',
    failed: 'Fehlgeschlagen',
  },
  channels: {
    title: 'Kanäle',
    channel: 'Kanal',
    state: 'Zustand',
    edge: 'Edge',
    protocol: 'Protokoll',
    sessions: 'Sitzungen',
    since: 'Seit',
    latency: 'Latenz',
    out: 'Gesendet',
    in: 'Empfangen',
  },
  noChannels: 'Es gibt keine Kanäle zu einem Edge.',
  latency: {
    title: 'Latenz, seit dieses Fenster offen ist',
    none: 'Es wurde noch keine Latenz gemessen.',
    channel: 'Kanal',
    last: 'Letzte',
    lowest: 'Kleinste',
    median: 'Median',
    highest: 'Größte',
  },
  measured: (count) => `${count} gemessen`,
};

function familyName(family: 'ipv4' | 'ipv6'): string {
  return family === 'ipv4' ? 'IPv4' : 'IPv6';
}
