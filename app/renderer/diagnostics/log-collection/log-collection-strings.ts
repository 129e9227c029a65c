// The texts of the tab advanced log collection.
import type { HiddenKind, LogBundlePart, LogLine } from '../../../../protocol/log-bundle.ts';
import type { Strings } from '../../../shared/strings.ts';
import { german } from './log-collection-strings-german.ts';

type PartWords = { readonly title: string; readonly contains: string };

export type LogCollectionStrings = {
  readonly title: string;
  readonly sentence: string;
  readonly openBundle: string;
  readonly collecting: string;
  readonly preview: string;
  readonly refresh: string;
  readonly parts: Readonly<Record<LogBundlePart, PartWords>>;
  readonly entries: (count: number) => string;
  readonly hidden: Readonly<Record<HiddenKind, readonly [one: string, many: string]>>;
  readonly hides: (list: string) => string;
  readonly holdsInClear: (list: string) => string;
  readonly secretsCut: (count: number) => string;
  readonly samples: string;
  readonly leftOut: (part: string, reason: string) => string;
  readonly redact: string;
  readonly redactNote: string;
  readonly unredactedTitle: string;
  readonly unredacted: (list: string) => string;
  readonly save: string;
  readonly saving: string;
  readonly chosen: (parts: number, size: string) => string;
  readonly saved: (path: string, size: string) => string;
  readonly downloaded: (name: string, size: string) => string;
  readonly openFolder: string;
  readonly bundle: {
    readonly sentence: string;
    readonly hidden: string;
    readonly nothingHidden: string;
    readonly secrets: string;
    readonly product: string;
    readonly holds: string;
    readonly log: string;
    readonly search: string;
    readonly found: (count: number, all: number) => string;
    readonly noLog: string;
    readonly more: (count: number) => string;
    readonly levels: Readonly<Record<LogLine['level'], string>>;
  };
};

const english: LogCollectionStrings = {
  title: 'Advanced log collection',
  sentence: 'One file for whoever helps you. Look at what goes in before you hand it over.',
  openBundle: 'Open a bundle…',
  collecting: 'Looking at what a bundle would hold…',
  preview: 'What goes in',
  refresh: 'Look again',
  parts: {
    status: { title: 'Status', contains: 'The state of the client and the addresses that it knows.' },
    health: { title: 'Health check', contains: 'Each precondition, what was found, and how to mend it.' },
    seenAs: { title: 'Source address', contains: 'Which address each service will see, and why.' },
    profiles: {
      title: 'Forwarding profile',
      contains: 'The traffic profiles of this machine with their rules.',
    },
    hostnames: {
      title: 'Hostname acquisition',
      contains: 'Names that programs asked for, and what was answered.',
    },
    flows: {
      title: 'Traffic',
      contains: 'Connections that came to the agent: where to, when, how many bytes.',
    },
    olderConnections: { title: 'Older connections', contains: 'Open connections that go past the agent.' },
    locations: {
      title: 'Named locations',
      contains: 'The address ranges that the organisation knows by name.',
    },
    machine: {
      title: 'Machine',
      contains: 'Network addresses, routes, name servers and our own kernel rules.',
    },
    configuration: { title: 'Configuration', contains: 'agent.yaml as it is in force, without its secrets.' },
    log: { title: 'Log', contains: "The newest lines of the agent's log." },
  },
  entries: (count) => `${count} ${count === 1 ? 'entry' : 'entries'}`,
  hidden: {
    address: ['address', 'addresses'],
    host: ['host name', 'host names'],
    user: ['name of a person', 'names of people'],
    device: ['name of a device', 'names of devices'],
    path: ['path', 'paths'],
    mac: ['hardware address', 'hardware addresses'],
  },
  hides: (list) => `Hides ${list}.`,
  holdsInClear: (list) => `Holds in clear: ${list}.`,
  secretsCut: (count) => `${count} ${count === 1 ? 'secret is' : 'secrets are'} cut out.`,
  samples: 'For example',
  leftOut: (part, reason) => `${part} is left out: ${reason}.`,
  redact: 'Hide addresses, names and paths',
  redactNote: 'Each gets a stand-in such as address-1, the same in every part. Secrets are never in it.',
  unredactedTitle: 'The bundle will name people, devices and places.',
  unredacted: (list) => `Inside, readable for whoever gets the file: ${list}.`,
  save: 'Save…',
  saving: 'Collecting…',
  chosen: (parts, size) => `${parts} ${parts === 1 ? 'part' : 'parts'}, about ${size} before packing`,
  saved: (path, size) => `Saved to ${path}, ${size}. Only you can read it.`,
  downloaded: (name, size) => `Downloaded as ${name}, ${size}.`,
  openFolder: 'Open folder',
  bundle: {
    sentence: 'What this bundle is, and the lines of its log.',
    hidden: 'Hidden',
    nothingHidden: 'nothing',
    secrets: 'Secrets cut out',
    product: 'Made by',
    holds: 'Holds',
    log: 'Log',
    search: 'Search the log',
    found: (count, all) => `${count} of ${all} lines`,
    noLog: 'This bundle holds no log.',
    more: (count) =>
      `${count} older ${count === 1 ? 'line is' : 'lines are'} not shown. Search for what you need.`,
    levels: { error: 'Error', warn: 'Warning', info: 'Information', debug: 'Debug' },
  },
};

export const logCollectionStrings: Strings<LogCollectionStrings> = { en: english, de: german };
