// The texts of opening a log bundle, and of the bar above one.
import type { Strings } from '../../../shared/strings.ts';
import type { BundleRefusals } from '../../bundle-transport.ts';
import type { BundleFault } from '../../read-bundle.ts';

export type ShownBundleStrings = {
  readonly open: string;
  readonly close: string;
  /** @param device null where the bundle names none */
  readonly bar: (device: string | null, time: string, redacted: boolean) => string;
  readonly fault: (file: string, fault: BundleFault) => string;
  readonly refusals: BundleRefusals;
};

export const shownBundleStrings: Strings<ShownBundleStrings> = {
  en: {
    open: 'Open a log bundle',
    close: 'Close the bundle',
    bar: (device, time, redacted) =>
      `Bundle${device === null ? '' : ` of ${device}`}, ${time}, ${redacted ? 'redacted' : 'not redacted'}. Nothing here is live.`,
    fault(file, fault) {
      switch (fault.kind) {
        case 'too-large':
          return `${file} holds more than 32 MiB, which no log bundle does. Choose another file.`;
        case 'damaged':
          return `${file} is cut off or damaged. Copy it again, or ask for it again.`;
        case 'foreign':
          return `${file} is no log bundle. A bundle is named opengsa-logs-….json.gz.`;
        case 'newer':
          return `${file} was made by a later version (format ${fault.version}); this program reads format 1. Open it with a later version.`;
        case 'invalid':
          return `${file} is no valid log bundle (${fault.detail}). Ask for it again.`;
      }
    },
    refusals: {
      notLive: 'A bundle is shown: nothing here is live, and nothing can be changed or measured.',
      partMissing: 'The bundle does not hold this part.',
      notInBundle: (destination) => `The bundle says nothing about ${destination}.`,
    },
  },
  de: {
    open: 'Protokollpaket öffnen',
    close: 'Paket schließen',
    bar: (device, time, redacted) =>
      `Paket${device === null ? '' : ` von ${device}`}, ${time}, ${redacted ? 'geschwärzt' : 'nicht geschwärzt'}. Nichts hier ist aktuell.`,
    fault(file, fault) {
      switch (fault.kind) {
        case 'too-large':
          return `${file} enthält mehr als 32 MiB; so groß ist kein Protokollpaket. Wählen Sie eine andere Datei.`;
        case 'damaged':
          return `${file} ist abgeschnitten oder beschädigt. Kopieren Sie die Datei erneut, oder bitten Sie erneut darum.`;
        case 'foreign':
          return `${file} ist kein Protokollpaket. Ein Paket heißt opengsa-logs-….json.gz.`;
        case 'newer':
          return `${file} stammt aus einer späteren Version (Format ${fault.version}); dieses Programm liest Format 1. Öffnen Sie die Datei mit einer späteren Version.`;
        case 'invalid':
          return `${file} ist kein gültiges Protokollpaket (${fault.detail}). Bitten Sie erneut darum.`;
      }
    },
    refusals: {
      notLive:
        'Es wird ein Paket gezeigt: Nichts hier ist aktuell, und nichts kann geändert oder gemessen werden.',
      partMissing: 'Das Paket enthält diesen Teil nicht.',
      notInBundle: (destination) => `Das Paket sagt nichts über ${destination}.`,
    },
  },
};
