// The words of the checks of capture without configured programs, in German.
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { transparentHealth as english } from '../english/health-transparent.ts';

const byProxy = 'erfasst wird nur über den Proxy (capture.mode)';
const none = 'keine';

export const transparentHealth: Translated<typeof english> = {
  'capture-system': {
    title: 'Das System kann erfassen',
    why: 'Die Erfassung braucht Regeln, die mit dem Agenten verschwinden, damit sein Ende das Netzwerk nicht trennt.',
    byProxy,
    onlyLinux: 'setzen Sie capture.mode auf proxy: nur Linux kann das',
    laterLinux: (version) =>
      `verwenden Sie Linux ${version} oder neuer, oder setzen Sie capture.mode auf proxy`,
  },
  'capture-account': {
    title: 'Der Agent hat ein eigenes Konto',
    why: 'Am Konto wird sein eigener Datenverkehr von dem der Programme unterschieden.',
    byProxy,
    root: 'er läuft als root',
    ownAccount: 'lassen Sie ihn unter einem eigenen Konto laufen (User= in seiner Unit)',
    account: (uid) => `Konto ${uid}`,
  },
  'capture-capability': {
    title: 'Der Agent darf die Erfassung einrichten',
    why: 'Ohne CAP_NET_ADMIN lehnt der Kernel seine Regeln ab.',
    byProxy,
    missing: 'CAP_NET_ADMIN fehlt',
    add: 'ergänzen Sie AmbientCapabilities=CAP_NET_ADMIN in seiner Unit, und starten Sie ihn neu',
  },
  'capture-nft': {
    title: 'nftables ist installiert',
    why: 'Der Agent setzt seine Regeln mit dem Programm nft.',
    byProxy,
    notFound: 'nft wurde nicht gefunden',
    install: 'installieren Sie das Paket nftables',
  },
  'foreign-notrack': {
    title: 'Keine Regel nimmt Verbindungen von der Verfolgung aus',
    why: 'Der Kernel leitet nur Verbindungen um, die er verfolgt.',
    byProxy,
    none,
    remedy: 'nehmen Sie die erfassten Ports aus dieser Regel (notrack)',
  },
  'foreign-port-53': {
    title: 'Niemand sonst leitet DNS um',
    why: 'Wo ein anderes Programm die Fragen zuerst nimmt, werden Namen nicht erfasst.',
    byProxy,
    none,
    remedy: 'schalten Sie diese Umleitung von Port 53 aus, oder setzen Sie capture.mode auf proxy',
  },
  'rp-filter': {
    title: 'Der Pfadfilter ist bekannt',
    why: 'Ein strenger Filter verwirft Antworten, die über eine andere Schnittstelle kommen; er wird gezeigt, falls jemand verlorene Pakete sucht.',
    byProxy,
    unreadable: 'net.ipv4.conf.all.rp_filter ist nicht lesbar',
  },
  'synthetic-range': {
    title: 'Der synthetische Bereich ist frei',
    why: 'Seine Adressen stehen für Namen; wer wirklich eine davon hat, wäre nicht erreichbar.',
    byProxy,
    inUse: (range, by) => `${range} wird benutzt: ${by}`,
    chooseOther: 'wählen Sie in agent.yaml ein anderes /16 (capture.transparent.syntheticRange)',
  },
  'guard-table': {
    title: 'Kein beendeter Agent hat seinen Schutz hinterlassen',
    why: 'Ein Schutz ohne Agenten lehnt ab, was die Profile härten, obwohl die Erfassung aus ist.',
    noNft: 'nft ist nicht installiert',
    left: 'inet opengsa_guard besteht ohne inet opengsa',
    none,
  },
  'capture-running': {
    title: 'Programme werden erfasst',
    why: 'Sonst gehen Programme, die keinen Proxy kennen, am Agenten vorbei.',
    byProxy,
    failed: 'sie ist gescheitert',
    seeLog: 'sehen Sie im Protokoll des Agenten nach',
    on: 'eingeschaltet',
    idle: 'ruht, solange Sie es ausgeschaltet haben',
  },
  'synthetic-address': {
    title: 'Ein erfasster Name erhält eine synthetische Adresse',
    why: 'Das zeigt, dass die Fragen Ihrer Programme nach Namen den Agenten erreichen.',
    noName: 'kein Name wird erfasst',
    notAsked: (name) => `nach ${name} wurde nicht gefragt`,
    resolved: (name, addresses) => `${name} ist ${addresses}`,
    remedy:
      'sehen Sie bei den Prüfungen der Browser und von Port 53 nach; Programme, die vor der Erfassung gestartet wurden, merken sich vielleicht Adressen',
  },
};
