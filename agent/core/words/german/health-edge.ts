// The words of the checks of the way to the edge, in German.
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { edgeHealth as english } from '../english/health-edge.ts';

const familyNames = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;
const noEdge = 'kein Edge bekannt';
const inspected =
  'fragen Sie die IT, ob das Netzwerk TLS untersucht oder das Gerät neu registriert werden muss';

const witness = (family: keyof typeof familyNames): Translated<(typeof english)['witness-ipv4']> => ({
  title: `Der Zeuge antwortet über ${familyNames[family]}`,
  why: 'Er weist die öffentliche Adresse nach, die Anmeldungen zeigen sollen.',
  noWitness: `die Registrierung nennt keinen Zeugen für ${familyNames[family]}`,
  noFamily: `dieses Netzwerk hat kein ${familyNames[family]}`,
  notAsked: (host) => `${host} wurde noch nicht gefragt`,
  saw: (host, address) => `${host} sah ${address}`,
  sawNone: (host) => `${host} sah keine Adresse`,
  open: (host) =>
    `prüfen Sie, ob ${host} von hier außerhalb des Tunnels offen ist, dann "opengsa egress --refresh"`,
});

const address = (family: keyof typeof familyNames): Translated<(typeof english)['address-ipv4']> => ({
  title: `Die öffentliche ${familyNames[family]}-Adresse ist nachgewiesen`,
  why: 'Eine Adresse ohne Nachweis wird nicht weitergegeben: Anmeldungen zeigen dann das Edge.',
  noFamily: `dieses Netzwerk hat kein ${familyNames[family]}`,
  probable: (text) => `${text} ist wahrscheinlich`,
  askForWitness: 'ein Zeuge würde sie bestätigen: fragen Sie die IT',
  disagreement: (addresses) => `die Quellen widersprechen sich: ${addresses}`,
  severalUplinks: 'das Netzwerk geht über mehrere Adressen hinaus; "opengsa egress" zeigt, wer welche sah',
  nobodyAsked: `über ${familyNames[family]} wird niemand gefragt`,
  detecting: 'wird ermittelt',
  stale: 'veraltet',
  unknown: 'unbekannt',
});

export const edgeHealth: Translated<typeof english> = {
  'edge-name': {
    title: 'Der Name des Edge hat eine Adresse',
    why: 'Ohne Adresse gibt es nichts, womit eine Verbindung möglich wäre.',
    noEdge,
    fromEnrolment: (addresses) => `${addresses} (aus der Registrierung)`,
    remedy: 'fragen Sie die IT nach dem Namen des Edge, und prüfen Sie, ob die Namensserver ihn kennen',
  },
  'edge-reachable': {
    title: 'Das Edge antwortet',
    why: 'Anmeldungen und alles andere, was weitergeleitet wird, gehen durch das Edge.',
    noEdge,
    reached: (edge, ms, protocol) => `${edge} nach ${ms}\u00a0ms, ${protocol}`,
    somethingElse: `dort antwortet etwas anderes, oder es zeigt ein Zertifikat einer anderen Stelle: ${inspected}`,
    closed: 'prüfen Sie, ob das Edge läuft und keine Firewall dazwischen seinen Port sperrt',
  },
  clock: {
    title: 'Die Uhr stimmt mit dem Edge überein',
    why: 'Zertifikate und Nachweise der Adresse gelten Minuten: eine falsche Uhr macht sie ungültig.',
    notTold: 'kein Edge hat seine Zeit genannt',
    agrees: (edge) => `höchstens 2\u00a0s Abstand zu ${edge}`,
    ahead: (seconds, edge) => `geht ${seconds}\u00a0s vor gegenüber ${edge}`,
    behind: (seconds, edge) => `geht ${seconds}\u00a0s nach gegenüber ${edge}`,
    set: 'stellen Sie die Uhr: sudo timedatectl set-ntp true; wenn sie stimmt, geht die Uhr des Edge falsch',
  },
  tunnel: {
    title: 'Der Tunnel steht',
    why: 'Solange er nicht steht, sagt jede Regel, ob ihr Datenverkehr wartet, abgelehnt wird oder direkt hinausgeht.',
    to: (edge) => `zu ${edge}`,
    notEnrolled: 'das Gerät ist nicht registriert',
    offByUser: 'von Ihnen ausgeschaltet',
    offByOrganisation: 'von Ihrer Organisation ausgeschaltet',
    askAdministrator: 'fragen Sie die IT',
    paused: (until) => `pausiert bis ${until}`,
    connecting: (attempt) => `verbindet sich, Versuch ${attempt}`,
    again: 'führen Sie "opengsa health" in einigen Sekunden erneut aus',
    unreachable: 'opengsa connect versucht es sofort; eine Ablehnung steht im Protokoll des Edge',
    refused:
      'fragen Sie die IT, ob das Gerät eingetragen und nicht gesperrt ist: "opengsa-edge devices list"',
    untrusted: inspected,
    signIn: 'melden Sie sich an',
    held: 'das Netzwerk lässt nichts durch',
  },
  'edge-view': {
    title: 'Das Edge sagt, was es tut',
    why: 'Daraus weiß der Client, welche Adresse jeder Dienst sehen wird.',
    known: 'bekannt und auf dem neuesten Stand',
    foreign: 'das Edge ist ein anderes Produkt und sagt nichts',
    nothingToMend:
      'es ist nichts zu beheben; "opengsa seen-as" kann mit einem solchen Edge keine Adressen vorhersagen',
    notTold: 'noch nicht genannt',
    noTunnel: 'der Tunnel steht nicht',
  },
  'witness-ipv4': witness('ipv4'),
  'witness-ipv6': witness('ipv6'),
  'address-ipv4': address('ipv4'),
  'address-ipv6': address('ipv6'),
  signaling: {
    title: 'Adressen werden weitergegeben',
    why: 'Solange die Signalisierung aus ist, sehen Dienste, die Ihre Adresse lesen, stattdessen das Edge.',
    foreign: 'das Edge ist ein anderes Produkt und sagt nichts',
    on: 'die Signalisierung ist eingeschaltet',
    off: 'die Signalisierung ist am Edge ausgeschaltet',
    askOrSwitch: 'fragen Sie die IT, ob das so gewollt ist; "opengsa-edge signaling enable" schaltet sie ein',
    notTold: 'noch nicht genannt',
  },
  'one-address': {
    title: 'Ein Mandant sieht eine Adresse',
    why: 'Wo Anmeldung und Exchange, SharePoint oder Graph verschiedene Adressen sehen, verkürzt Entra ID Token oder sperrt.',
    none: 'es gibt kein Microsoft-Profil, oder alles daraus wird blockiert',
    notKnown: (services) => `was ${services} sehen wird, ist nicht bekannt`,
  },
};
