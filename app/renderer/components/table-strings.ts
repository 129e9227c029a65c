// The texts of tables and their tools, the same in every view.
import type { Strings } from '../../shared/strings.ts';

type TableStrings = {
  readonly removeFilter: (name: string) => string;
  readonly chooseColumns: string;
  readonly columns: string;
  readonly export: string;
  readonly exportCsv: string;
  readonly exportJson: string;
  readonly saved: (path: string) => string;
  readonly copied: string;
  readonly copy: string;
  readonly clear: string;
  readonly freeze: string;
  readonly resume: string;
  readonly closeDetails: string;
};

export const tableStrings: Strings<TableStrings> = {
  en: {
    removeFilter: (name) => `Remove filter: ${name}`,
    chooseColumns: 'Choose columns',
    columns: 'Columns',
    export: 'Export',
    exportCsv: 'As CSV',
    exportJson: 'As JSON',
    saved: (path) => `Saved to ${path}`,
    copied: 'Copied',
    copy: 'Copy',
    clear: 'Clear',
    freeze: 'Freeze',
    resume: 'Resume',
    closeDetails: 'Close details',
  },
  de: {
    removeFilter: (name) => `Filter entfernen: ${name}`,
    chooseColumns: 'Spalten wählen',
    columns: 'Spalten',
    export: 'Exportieren',
    exportCsv: 'Als CSV',
    exportJson: 'Als JSON',
    saved: (path) => `Gespeichert unter ${path}`,
    copied: 'Kopiert',
    copy: 'Kopieren',
    clear: 'Leeren',
    freeze: 'Anhalten',
    resume: 'Fortsetzen',
    closeDetails: 'Details schließen',
  },
};
