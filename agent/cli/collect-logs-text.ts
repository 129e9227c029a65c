// What `opengsa collect-logs` says: what went into the file, what was hidden, and how to read it; or what would go in.
import {
  type HiddenCount,
  type HiddenKind,
  type LogBundle,
  logBundlePartNames,
  logBundleParts,
  type LogPreview,
} from '../../protocol/log-bundle.ts';
import { printable } from '../../protocol/printable.ts';
import type { WrittenBundle } from '../log-bundle-file.ts';
import { bytes, counted, facts, table } from './table.ts';

export function bundleText(bundle: LogBundle, written: WrittenBundle): readonly string[] {
  const parts = logBundlePartNames.filter((name) => bundle[name] !== undefined);
  const { path } = written;
  return [
    `Wrote ${path}`,
    ...facts(
      [
        ['size', `${bytes(written.bytes)}, ${bytes(written.unpackedBytes)} unpacked; only you can read it`],
        ['holds', parts.map((name) => logBundleParts[name].title).join(', ')],
        ['hidden', hiddenText(bundle)],
        ['secrets', secretsText(bundle.removedSecrets)],
        ...leftOutText(bundle.leftOut),
        ['read it', `gzip -dc ${shellQuoted(path)}`],
      ],
      '  ',
    ),
  ];
}

export function previewText({ parts, leftOut }: LogPreview): readonly string[] {
  const columns = [
    { title: 'Part' },
    { title: 'Entries', align: 'right' },
    { title: 'Size', align: 'right' },
    { title: 'Hidden' },
    { title: 'Holds' },
  ] as const;
  const rows = parts.map(({ title, entries, bytes: size, hidden, removedSecrets, contains }) => [
    title,
    String(entries),
    bytes(size),
    [...hidden.map(({ kind, occurrences }) => nounOf(kind, occurrences)), ...secretsOf(removedSecrets)].join(
      ', ',
    ) || '-',
    contains,
  ]);
  const samples = parts.flatMap(({ title, samples: shown }) =>
    shown.length === 0 ? [] : ['', `${title}, for example`, ...shown.map((text) => `  ${printable(text)}`)],
  );
  return [
    ...table(columns, rows),
    ...facts(leftOutText(leftOut)),
    ...samples,
    '',
    'Nothing was written. "opengsa collect-logs" writes this into a file.',
  ];
}

function hiddenText({ redacted, hidden }: LogBundle): string {
  if (!redacted) return 'nothing: addresses, names and paths are in it as they are';
  return hidden.length === 0 ? 'nothing was found to hide' : hidden.map(valuesOf).join(', ');
}

function valuesOf({ kind, values }: HiddenCount): string {
  return nounOf(kind, values);
}

const nouns: Readonly<Record<HiddenKind, readonly [one: string, many: string]>> = {
  address: ['address', 'addresses'],
  host: ['host name', 'host names'],
  user: ['name of a person', 'names of people'],
  device: ['name of a device', 'names of devices'],
  path: ['path', 'paths'],
  mac: ['hardware address', 'hardware addresses'],
};

function nounOf(kind: HiddenKind, count: number): string {
  return counted(count, ...nouns[kind]);
}

function secretsText(count: number): string {
  return count === 0 ? 'none were found to cut out' : `${count} cut out`;
}

function secretsOf(count: number): readonly string[] {
  return count === 0 ? [] : [counted(count, 'secret', 'secrets')];
}

/** Parts with the same reason in one line. */
function leftOutText(leftOut: LogBundle['leftOut']): readonly (readonly [string, string])[] {
  return [...Map.groupBy(leftOut, ({ reason }) => reason)].map(([reason, parts]) => [
    'left out',
    `${parts.map(({ part }) => logBundleParts[part].title).join(', ')}: ${reason}`,
  ]);
}

/** As a shell takes it, whatever the path holds. */
function shellQuoted(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
