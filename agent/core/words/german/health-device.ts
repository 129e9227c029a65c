// The words of the checks of the device's own things, in German.
import { plural } from '../../../../protocol/words/forms.ts';
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { deviceHealth as english } from '../english/health-device.ts';

const addDevice = 'führen Sie auf dem Edge "opengsa-edge devices add NAME --out DIRECTORY" aus';

export const deviceHealth: Translated<typeof english> = {
  'agent-running': {
    title: 'Der Agent läuft',
    why: 'Ohne ihn wird nichts erfasst, und Programme mit seinem Proxy erreichen nichts.',
    answers: 'er antwortet',
    askOrSwitch: 'fragen Sie die IT, oder führen Sie den Befehl unter dem Konto des Agenten aus',
    start: 'starten Sie ihn: opengsa agent --config agent.yaml, oder seinen Dienst',
  },
  'agent-crashes': {
    title: 'Der Agent ist in den letzten 24 Stunden nicht abgestürzt',
    why: 'Jedes Mal brechen offene Verbindungen ab, und bis zu seinem nächsten Start wird nichts erfasst.',
    none: 'keiner',
    times: (count) => `${count} ${plural(count, 'de', 'Absturz', 'Abstürze')}`,
    atLeast: (count) => `mindestens ${count} Abstürze`,
    lastly: (start, next) =>
      `zuletzt endete der Lauf vom ${start} ohne ein Wort, und der nächste begann am ${next}`,
    gone: (start) => `zuletzt endete der Lauf vom ${start} ohne ein Wort, und seither begann keiner`,
    withMachine: (count) =>
      `${count} ${plural(count, 'de', 'Lauf endete', 'Läufe endeten')} mit dem Rechner und ${plural(count, 'de', 'zählt', 'zählen')} nicht`,
    collect:
      'suchen Sie "killed" oder "out of memory" im Journal seines Dienstes, und senden Sie das mit der Datei von "opengsa collect-logs" der IT',
    makeWritable:
      'prüfen Sie, ob der Datenträger voll ist, und entfernen Sie die Datei, wenn sie nicht lesbar ist; bei jedem Start wird eine neue begonnen',
  },
  enrolled: {
    title: 'Das Gerät ist registriert',
    why: 'Das Edge lässt nur Geräte ein, die es kennt.',
    device: (name, organisation) => `${name} von ${organisation}`,
    mend: 'berichtigen Sie diese Datei, und starten Sie den Agenten neu',
    afterStart: 'der Agent wurde gestartet, bevor das Gerät registriert war',
    restart: 'starten Sie den Agenten neu',
    noDevice: (directory) => `${directory} enthält kein Gerät`,
    add: (directory) =>
      `${addDevice}, legen Sie die Dateien in ${directory} ab, und starten Sie den Agenten neu`,
  },
  'certificate-valid': {
    title: 'Das Gerätezertifikat ist gültig',
    why: 'Das Edge lehnt ein Gerät ab, dessen Zertifikat abgelaufen ist.',
    none: 'kein Zertifikat',
    tooEarly: (from, today) => `erst ab ${from} gültig; nach der Uhr dieses Geräts ist heute ${today}`,
    setClock: 'stellen Sie die Uhr dieses Geräts',
    ranOut: (day) => `abgelaufen am ${day}`,
    left: (day, days) => `bis ${day}, noch ${days} ${plural(days, 'de', 'Tag', 'Tage')}`,
    renew: `${addDevice}, und ersetzen Sie die alten Dateien durch die neuen`,
  },
  profiles: {
    title: 'Die Datenverkehrsprofile sind lesbar',
    why: 'Ziele eines Profils, das nicht lesbar ist, gehen direkt hinaus.',
    importAgain: 'importieren Sie es erneut: opengsa profile import FILE',
  },
  'microsoft-profile': {
    title: 'Das Microsoft-Profil ist eingeschaltet',
    why: 'Solange es aus ist, werden Microsoft 365 und Entra ID direkt erreicht.',
    on: 'eingeschaltet',
    off: 'ausgeschaltet',
    nobodyDecides: 'solange der Agent nicht läuft, entscheidet nichts',
  },
  'named-locations': {
    title: 'Die benannten Standorte sind lesbar',
    why: 'Sie sagen, in welchen benannten Standort von Entra ID jede Adresse fällt.',
    importAgain:
      'importieren Sie sie erneut: opengsa locations import FILE, oder verwerfen Sie sie: opengsa locations clear',
    none: 'keine bekannt',
    known: (count) => `${count} bekannt`,
  },
};
