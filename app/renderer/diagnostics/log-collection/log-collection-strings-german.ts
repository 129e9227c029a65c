// The texts of the tab advanced log collection, in German.
import type { LogCollectionStrings } from './log-collection-strings.ts';

export const german: LogCollectionStrings = {
  title: 'Erweiterte Protokollsammlung',
  sentence:
    'Eine Datei für alle, die Ihnen helfen. Sehen Sie an, was hineinkommt, bevor Sie sie weitergeben.',
  openBundle: 'Paket öffnen…',
  collecting: 'Es wird ermittelt, was ein Paket enthielte…',
  preview: 'Was hineinkommt',
  refresh: 'Erneut ermitteln',
  parts: {
    status: { title: 'Status', contains: 'Der Zustand des Clients und die Adressen, die er kennt.' },
    health: { title: 'Integritätsprüfung', contains: 'Jede Voraussetzung, der Befund und die Abhilfe.' },
    seenAs: { title: 'Quelladresse', contains: 'Welche Adresse jeder Dienst sehen wird, und warum.' },
    profiles: {
      title: 'Weiterleitungsprofil',
      contains: 'Die Datenverkehrsprofile dieses Geräts mit ihren Regeln.',
    },
    hostnames: {
      title: 'Hostnamenerfassung',
      contains: 'Namen, nach denen Programme fragten, und die Antworten.',
    },
    flows: {
      title: 'Datenverkehr',
      contains: 'Verbindungen, die zum Agenten kamen: wohin, wann, wie viele Bytes.',
    },
    olderConnections: {
      title: 'Ältere Verbindungen',
      contains: 'Offene Verbindungen, die am Agenten vorbeigehen.',
    },
    locations: {
      title: 'Benannte Standorte',
      contains: 'Die Adressbereiche, die die Organisation mit Namen kennt.',
    },
    machine: {
      title: 'Gerät',
      contains: 'Netzwerkadressen, Routen, Namensserver und eigene Kernelregeln.',
    },
    configuration: {
      title: 'Konfiguration',
      contains: 'agent.yaml, wie sie in Kraft ist, ohne ihre Geheimnisse.',
    },
    log: { title: 'Protokoll', contains: 'Die neuesten Zeilen des Protokolls des Agenten.' },
  },
  entries: (count) => `${count} ${count === 1 ? 'Eintrag' : 'Einträge'}`,
  hidden: {
    address: ['Adresse', 'Adressen'],
    host: ['Hostname', 'Hostnamen'],
    user: ['Name einer Person', 'Namen von Personen'],
    device: ['Name eines Geräts', 'Namen von Geräten'],
    path: ['Pfad', 'Pfade'],
    mac: ['Hardwareadresse', 'Hardwareadressen'],
  },
  hides: (list) => `Verbirgt ${list}.`,
  holdsInClear: (list) => `Enthält im Klartext: ${list}.`,
  secretsCut: (count) =>
    `${count} ${count === 1 ? 'Geheimnis wird' : 'Geheimnisse werden'} herausgeschnitten.`,
  samples: 'Zum Beispiel',
  leftOut: (part, reason) => `${part} fehlt: ${reason}.`,
  redact: 'Adressen, Namen und Pfade verbergen',
  redactNote:
    'Jeder Wert bekommt einen Ersatz wie "address-1", in jedem Teil denselben. Geheimnisse sind nie darin.',
  unredactedTitle: 'Das Paket wird Personen, Geräte und Orte nennen.',
  unredacted: (list) => `Darin, lesbar für alle, die die Datei bekommen: ${list}.`,
  save: 'Speichern…',
  saving: 'Wird gesammelt…',
  chosen: (parts, size) => `${parts} ${parts === 1 ? 'Teil' : 'Teile'}, etwa ${size} vor dem Packen`,
  saved: (path, size) => `Gespeichert unter ${path}, ${size}. Nur Sie können die Datei lesen.`,
  downloaded: (name, size) => `Heruntergeladen als ${name}, ${size}.`,
  openFolder: 'Ordner öffnen',
  bundle: {
    sentence: 'Was dieses Paket ist, und die Zeilen seines Protokolls.',
    hidden: 'Verborgen',
    nothingHidden: 'nichts',
    secrets: 'Herausgeschnittene Geheimnisse',
    product: 'Erstellt von',
    holds: 'Enthält',
    log: 'Protokoll',
    search: 'Protokoll durchsuchen',
    found: (count, all) => `${count} von ${all} Zeilen`,
    noLog: 'Dieses Paket enthält kein Protokoll.',
    more: (count) =>
      `${count} ältere ${count === 1 ? 'Zeile wird' : 'Zeilen werden'} nicht gezeigt. Suchen Sie nach dem, was Sie brauchen.`,
    levels: { error: 'Fehler', warn: 'Warnung', info: 'Information', debug: 'Debug' },
  },
};
