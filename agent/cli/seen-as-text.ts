// Which address each destination will see, as a table that is read at a glance, with the reasons below it.
import { families, type Family, parseAddress } from '../../protocol/address.ts';
import type { SeenAs } from '../../protocol/seen-as.ts';
import type { SeenAsReport } from '../../protocol/seen-as-report.ts';
import {
  reasonWords,
  unverifiedWords,
  verdictWords,
  verificationWords,
} from '../../protocol/words/seen-as.ts';
import { dayOf, table } from './table.ts';

export type SeenAsTextOptions = {
  /** Destinations were named: they are shown one by one and in their order. */
  readonly named: boolean;
  /** Hosts that see the same are not put into one line. */
  readonly all: boolean;
  readonly verified: boolean;
};

export function seenAsText(report: SeenAsReport, options: SeenAsTextOptions): readonly string[] {
  const notes = createNotes();
  const sections = options.named
    ? [{ title: null, rows: report.destinations.map((one) => ({ shown: one.destination, one })) }]
    : sectionsOf(report, options.all);
  return [
    `${report.title}. Which address each destination will see:`,
    ...mismatchLines(report),
    ...tableLines(sections, notes, options.verified),
    ...notes.lines(),
    ...unsaidLines(report),
    ...locationLines(report),
  ];
}

/** One line per destination and family, for the status. */
export function seenAsTable(seen: readonly SeenAs[]): readonly string[] {
  const columns = ['Destination', 'Path', 'Class', 'Will see', 'Named location', 'Reason'];
  return table(
    columns.map((title) => ({ title })),
    seen.flatMap((one) =>
      addressLines(one).map(({ address, location }, i) =>
        i > 0
          ? ['', '', '', address, location, '']
          : [one.destination, one.path, one.class ?? '-', address, location, one.reason],
      ),
    ),
  );
}

type Row = { readonly shown: string; readonly one: SeenAs };
type Section = { readonly title: string | null; readonly rows: readonly Row[] };

function sectionsOf({ destinations, organisation }: SeenAsReport, all: boolean): readonly Section[] {
  const name = organisation ?? 'your organisation';
  const own = destinations.filter(({ origin }) => origin === 'organisation');
  const tenant = destinations.filter(({ group }) => group !== null);
  const rest = destinations.filter(({ origin, group }) => origin === 'microsoft' && group === null);
  const each = (list: readonly SeenAs[]): readonly Row[] =>
    list.map((one) => ({ shown: `${one.destination}${purposeOf(one)}`, one }));
  return [
    { title: `Run by ${name}`, rows: each(own) },
    { title: `Microsoft 365 of ${name}: all of these should see one address`, rows: each(tenant) },
    { title: "Other hosts of Microsoft's sign-in", rows: all ? each(rest) : gathered(rest) },
  ].filter(({ rows }) => rows.length > 0);
}

/** What a host is for, where its name alone does not tell. */
function purposeOf({ origin, group, label, authentication }: SeenAs): string {
  if (origin !== 'microsoft') return '';
  if (group !== null) return ` (${label})`;
  return authentication === null ? '' : ` (${purposes[authentication]})`;
}

const purposes: Readonly<Record<NonNullable<SeenAs['authentication']>, string>> = {
  'sign-in': 'sign-in',
  device: 'devices',
  graph: 'Graph',
  assets: 'what its pages load',
};

/** Hosts for one purpose that see the same become one row. */
function gathered(seen: readonly SeenAs[]): readonly Row[] {
  const alike = new Map<string, SeenAs[]>();
  for (const one of seen) {
    const key = JSON.stringify({
      ...one,
      destination: '',
      label: '',
      verification: { ...one.verification, at: '' },
    });
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  return [...alike.values()].flatMap(([one, ...more]) => {
    if (one === undefined) return [];
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    return [{ shown: `${one.destination}${others}${purposeOf(one)}`, one }];
  });
}

function tableLines(sections: readonly Section[], notes: Notes, verified: boolean): readonly string[] {
  const columns = ['Destination', 'Path', 'Class', 'Will see', 'Named location', 'Edge', 'Why'];
  const titles = verified ? [...columns, 'Verified'] : columns;
  const cells = sections.map(({ rows }) => rows.flatMap((row) => rowCells(row, notes, verified)));
  const [header = '', ...lines] = table(
    titles.map((title) => ({ title })),
    cells.flat(),
  );
  let at = 0;
  const body = sections.flatMap(({ title }, i) => {
    const own = lines.slice(at, (at += cells[i]?.length ?? 0));
    return title === null ? own : ['', title, ...own];
  });
  return ['', header, ...body];
}

function rowCells({ shown, one }: Row, notes: Notes, verified: boolean): readonly (readonly string[])[] {
  const lines = addressLines(one);
  const edge = edgeCells(one);
  const why = `[${notes.add(reasonWords(one, 'en'))}]`;
  const observed = verified ? verifiedCells(one, lines, notes) : [];
  return Array.from({ length: Math.max(lines.length, edge.length) }, (_, i) => {
    const own = i === 0 ? [shown, one.path, one.class ?? '-'] : ['', '', ''];
    const { address = '', location = '' } = lines[i] ?? {};
    return [...own, address, location, edge[i] ?? '', i === 0 ? why : '', observed[i] ?? ''];
  });
}

/** What a service saw stands beside the address of its family: about the other it says nothing. */
function verifiedCells(
  { verification }: SeenAs,
  lines: readonly AddressLine[],
  notes: Notes,
): readonly string[] {
  const words = verificationWords(verification, 'en');
  if (verification === null) return [words];
  if (verification.kind === 'not-verified')
    return [`${words} [${notes.add(unverifiedWords(verification, 'en'))}]`];
  const heard = parseAddress(verification.address)?.family;
  const at = Math.max(
    0,
    lines.findIndex(({ family }) => family === heard),
  );
  return lines.map((_, i) => (i === at ? words : verificationWords(null, 'en')));
}

type AddressLine = {
  /** Null where no family is meant. */
  readonly family: Family | null;
  readonly address: string;
  readonly location: string;
};

/** Address and named location, a line per family that can be seen. */
function addressLines({ addresses, whose, path }: SeenAs): readonly AddressLine[] {
  if (path === 'blocked') return [{ family: null, address: 'nothing, it is blocked', location: '-' }];
  const known = families.filter((family) => addresses[family].state === 'known');
  const owner = whose === null ? '' : whose === 'own' ? ' (yours)' : ' (edge)';
  if (known.length === 0) return [{ family: null, address: `not known${owner}`, location: '-' }];
  const open = whose === 'own' ? families.filter((family) => addresses[family].state === 'unknown') : [];
  return [
    ...known.map((family, i) => {
      const { address, verdict } = addresses[family];
      return {
        family,
        address: `${i > 0 ? 'or ' : ''}${address ?? ''}${owner}`,
        location: verdict === null ? '-' : verdictWords(verdict, 'en'),
      };
    }),
    ...open.map((family) => ({
      family,
      address: `or your ${familyWords[family]} address, not known`,
      location: '-',
    })),
  ];
}

const familyWords: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };

/** What the destination would see of the edge: one family per line. */
function edgeCells({ edge, path }: SeenAs): readonly string[] {
  if (path !== 'edge') return ['-'];
  const known = families.map((family) => edge[family]).filter((address) => address !== null);
  return known.length === 0 ? ['not known'] : known;
}

function mismatchLines({ mismatch }: SeenAsReport): readonly string[] {
  if (mismatch === null) return [];
  return [
    '',
    `One tenant will see several addresses. ${mismatch.sentence}`,
    'Microsoft compares them ("continuous access evaluation"); where they differ it can cut tokens to one hour, or block.',
    `Why: ${mismatch.cause}`,
    `What to do: ${mismatch.remedy}`,
  ];
}

/** A family that the edge tells no address of is not shown in each row. */
function unsaidLines({ destinations }: SeenAsReport): readonly string[] {
  const unsaid = families.filter((family) => destinations.some(isUnsaid(family)));
  return unsaid.map(
    (family) =>
      `The edge tells no ${familyWords[family]} address of its own; where it calls over ${familyWords[family]}, the address is not known.`,
  );
}

function isUnsaid(family: Family): (one: SeenAs) => boolean {
  const other = family === 'ipv4' ? 'ipv6' : 'ipv4';
  return ({ whose, addresses }) =>
    whose === 'edge' && addresses[family].state === 'unknown' && addresses[other].state === 'known';
}

function locationLines({ locations }: SeenAsReport): readonly string[] {
  const { edge, imported, importedAt, notJudged, fault } = locations;
  const lines = fault === null ? [] : [`The imported named locations cannot be used: ${fault}.`];
  if (edge + imported === 0) {
    return [
      ...lines,
      '',
      'No named locations are known. opengsa locations import FILE takes the answer of Graph to',
      '  GET https://graph.microsoft.com/v1.0/identity/conditionalAccess/namedLocations',
    ];
  }
  const told = [
    ...(edge > 0 ? [`${edge} told by the edge`] : []),
    ...(imported > 0 ? [`${imported} imported${importedAt === null ? '' : ` on ${dayOf(importedAt)}`}`] : []),
  ];
  const unjudged =
    notJudged.length === 0
      ? ''
      : ` Not judged, because an address alone does not tell: ${notJudged.join(', ')}.`;
  return [...lines, '', `Named locations: ${told.join(', ')}.${unjudged}`];
}

type Notes = { readonly add: (text: string) => number; readonly lines: () => readonly string[] };

/** Sentences that several rows share, numbered in the order in which they are met. */
function createNotes(): Notes {
  const texts: string[] = [];
  return {
    add(text) {
      if (!texts.includes(text)) texts.push(text);
      return texts.indexOf(text) + 1;
    },
    lines: () => (texts.length === 0 ? [] : ['', ...texts.map((text, i) => `[${i + 1}] ${text}`)]),
  };
}
