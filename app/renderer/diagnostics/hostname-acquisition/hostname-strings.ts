// The texts of the table of acquired names.
import type { Strings } from '../../../shared/strings.ts';

/** The columns of the table, by what names them in the program. */
export type HostnameColumn =
  'name' | 'acquired' | 'synthetic' | 'original' | 'process' | 'rule' | 'first' | 'last' | 'questions';

export type HostnameStrings = {
  readonly title: string;
  readonly explanation: string;
  readonly search: string;
  readonly searchIn: string;
  readonly names: string;
  readonly columns: Readonly<Record<HostnameColumn, string>>;
  readonly acquired: string;
  readonly notAcquired: string;
  readonly acquisition: string;
  readonly unknown: string;
  readonly none: string;
  readonly matching: (matching: string, all: string) => string;
  readonly noNames: string;
  readonly notAcquiring: string;
  readonly noMatch: string;
  readonly showAll: string;
  readonly refresh: string;
  readonly all: string;
  readonly ipv4: string;
  readonly ipv6: string;
};

export const hostnameStrings: Strings<HostnameStrings> = {
  en: {
    title: 'Hostname acquisition',
    explanation: 'Names that programs asked for, and the address that stands for each on this device.',
    search: 'Search names',
    searchIn: 'Name, address, process',
    names: 'Names',
    columns: {
      name: 'Name',
      acquired: 'Acquired',
      synthetic: 'Stands for it',
      original: 'Real address',
      process: 'Process',
      rule: 'Rule',
      first: 'First asked',
      last: 'Last asked',
      questions: 'Questions',
    },
    acquired: 'Acquired',
    notAcquired: 'Passed by',
    acquisition: 'Acquisition',
    unknown: 'Not asked yet',
    none: 'None',
    matching: (matching, all) => `${matching} of ${all} names match`,
    noNames: 'No program has asked for a name yet.',
    notAcquiring: 'Programs reach the agent through its proxy, so it sees no questions for names.',
    noMatch: 'No name matches the search and filter.',
    showAll: 'Show all names',
    refresh: 'Refresh',
    all: 'Everything that the name server gave',
    ipv4: 'IPv4',
    ipv6: 'IPv6',
  },
  de: {
    title: 'Hostnamenerfassung',
    explanation:
      'Namen, nach denen Programme gefragt haben, und die Adresse, die auf diesem Gerät dafür steht.',
    search: 'Namen durchsuchen',
    searchIn: 'Name, Adresse, Prozess',
    names: 'Namen',
    columns: {
      name: 'Name',
      acquired: 'Erfasst',
      synthetic: 'Steht dafür',
      original: 'Echte Adresse',
      process: 'Prozess',
      rule: 'Regel',
      first: 'Zuerst gefragt',
      last: 'Zuletzt gefragt',
      questions: 'Fragen',
    },
    acquired: 'Erfasst',
    notAcquired: 'Vorbeigelassen',
    acquisition: 'Erfassung',
    unknown: 'Noch nicht gefragt',
    none: 'Keine',
    matching: (matching, all) => `${matching} von ${all} Namen passen`,
    noNames: 'Noch hat kein Programm nach einem Namen gefragt.',
    notAcquiring:
      'Programme erreichen den Agenten über seinen Proxy; er sieht daher keine Fragen nach Namen.',
    noMatch: 'Kein Name passt zu Suche und Filter.',
    showAll: 'Alle Namen zeigen',
    refresh: 'Aktualisieren',
    all: 'Alles, was der Namensserver genannt hat',
    ipv4: 'IPv4',
    ipv6: 'IPv6',
  },
};
