// CSV: what a reader of RFC 4180 gets back, and what a spreadsheet must not run.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCsv } from '../../../../app/shared/csv.ts';

test('plain cells stand as they are, and the others in quotes', () => {
  expect(
    toCsv(
      ['name', 'bytes'],
      [
        ['a,b', 5],
        ['say "x"', null],
        ['two\nlines', true],
      ],
    ),
  ).toBe('name,bytes\r\n"a,b",5\r\n"say ""x""",\r\n"two\nlines",true\r\n');
});

test.each(['=1+1', '+49', '-2', '@SUM', '\tx', '\rx', '\nx', '＝1+1', '＠SUM'])(
  '%j does not begin a formula',
  (text) => {
    expect(readCsv(toCsv(['h'], [[text]]))[1]).toEqual([`'${text}`]);
  },
);

test.each([
  ['curl;=1+1', "curl;'=1+1"],
  ['Berlin; =1+1', "Berlin; '=1+1"],
  ['  @SUM', "  '@SUM"],
  ['a\t-2', "a\t'-2"],
  ['a\n+49', "a\n'+49"],
  ['edge-1; a-b', 'edge-1; a-b'],
])('%j begins none in a spreadsheet with other separators', (text, safe) => {
  expect(readCsv(toCsv(['h'], [[text]]))[1]).toEqual([safe]);
});

test('a negative number stays a number', () => {
  expect(toCsv(['h'], [[-5]])).toBe('h\r\n-5\r\n');
});

test('whatever the cells hold, a reader gets them back, and none begins a formula', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom(',', ';', ' ', '"', '\r', '\n', '=', '@', '-', '+', '\t', 'a'),
      maxLength: 8,
    }),
  );
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
    );
  fc.assert(
    fc.property(table, ([header = [], ...rows]) => {
      const read = readCsv(toCsv(header, rows));
      const plain = (cells: readonly string[]) => cells.map((text) => text.replaceAll("'", ''));
      expect(read.map(plain)).toEqual([header, ...rows].map(plain));
      expect(read.flat().filter((text) => /(^|[;\t\r\n]) *[=+\-@]/.test(text))).toEqual([]);
    }),
    { seed: 5, numRuns: 300 },
  );
});

/** A plain reader of RFC 4180, apart from the writer. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let cells: string[] = [];
  for (let at = 0; at < text.length;) {
    const quoted = /^"((?:[^"]|"")*)"/.exec(text.slice(at));
    const plain = quoted === null ? (/^[^,\r\n]*/.exec(text.slice(at))?.[0] ?? '') : '';
    cells.push(quoted === null ? plain : (quoted[1] ?? '').replaceAll('""', '"'));
    at += quoted === null ? plain.length : quoted[0].length;
    if (text[at] === ',') {
      at += 1;
      continue;
    }
    expect(text.slice(at, at + 2)).toBe('\r\n');
    at += 2;
    rows.push(cells);
    cells = [];
  }
  return rows;
}
