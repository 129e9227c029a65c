// `$filter` as Graph's callers write it, as an attacker writes it, and what it finds.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matches } from '../../../../../edge/core/odata/evaluate.ts';
import {
  comparisons,
  type Filter,
  parseFilter,
  textFunctions,
} from '../../../../../edge/core/odata/filter.ts';
import { OpenGsaError } from '../../../../../protocol/error.ts';

const fields = {
  name: 'string',
  bytes: 'number',
  blocked: 'boolean',
  at: 'date',
  'user/name': 'string',
} as const;
const record = {
  name: "O'Brien",
  bytes: 1500,
  blocked: false,
  at: '2026-06-01T12:00:00.000Z',
  user: { name: 'Adele' },
};

function finds(filter: string): boolean {
  return matches(record, parseFilter(filter, fields));
}

describe('what is found', () => {
  test.each([
    ["name eq 'O''Brien'", true],
    ["name eq 'o''brien'", true],
    ["name ne 'O''Brien'", false],
    ['bytes gt 1499 and bytes lt 1501', true],
    ['bytes ge 1500 and bytes le 1500', true],
    ['bytes eq 1 or bytes eq 1500', true],
    ["bytes eq 1 or bytes eq 2 and name eq 'x'", false],
    ['blocked eq false', true],
    ['at ge 2026-06-01T12:00:00Z', true],
    ['at ge 2026-06-01T14:00:00+02:00', true],
    ['at gt 2026-06-01T12:00:00.000Z', false],
    ['at lt 2026-06-01', false],
    ["startswith(user/name,'ad')", true],
    ["contains(user/name, 'LE')", true],
    ["endswith(user/name,'x')", false],
    ["not startswith(user/name,'B')", true],
    ["not (name eq 'x' or bytes eq 1500)", false],
    ["user/name in ('Bob', 'adele')", true],
    ['name eq null', false],
    ['user/name ne null', true],
  ])('%s: %s', (filter, found) => {
    expect(finds(filter)).toBe(found);
  });

  test('a value that is absent is null, and neither below nor above', () => {
    const about = (filter: string) => matches({}, parseFilter(filter, fields));
    expect(about('bytes eq null')).toBe(true);
    expect(about('bytes lt 5')).toBe(false);
    expect(about('bytes ge 5')).toBe(false);
    expect(about("contains(name,'')")).toBe(false);
  });
});

describe('what is refused, and why', () => {
  test.each([
    ['', '$filter: needs a property or a function at its end'],
    ['name', 'needs one of eq, ne, gt, ge, lt, le, in at its end'],
    ['name eq', 'name is compared with text in single quotes'],
    ['name eq Contoso', 'not with position 8 (Contoso)'],
    ["name eq 'x", 'text has no closing quote at position 8'],
    ["name eq 'x' and", 'needs a property or a function at its end'],
    ["name eq 'x') or (bytes eq 1", 'does not go on at position 11 ())'],
    ["secret eq 'x'", 'the property secret cannot be asked for here'],
    ["__proto__ eq 'x'", 'the property __proto__ cannot'],
    ["constructor eq 'x'", 'the property constructor cannot'],
    ["targetResources/any(t: t/id eq 'x')", 'is not understood at position'],
    ["indexof(name,'x') eq 1", 'the function indexof is not known here'],
    ["contains(bytes,'1')", 'contains needs a property that is text'],
    ['blocked gt true', 'blocked can be compared with true by eq and ne only'],
    ['bytes gt null', 'by eq and ne only'],
    ["bytes eq '1'", 'bytes is compared with a number'],
    ["at eq '2026-06-01'", 'a time such as'],
    ['at eq 2026-13-01', 'a time such as'],
    ['bytes in (1, 2', 'needs , at its end'],
    ["name eq 'x' ; drop", '; is not understood at position 12'],
    [`${'('.repeat(100)}bytes eq 1${')'.repeat(100)}`, 'is nested too deeply'],
    [`bytes eq 1${' or bytes eq 1'.repeat(100)}`, 'is nested too deeply'],
    [`bytes in (${Array.from({ length: 201 }, () => '1').join(',')})`, 'at most 200 values'],
    [`name eq '${'x'.repeat(4096)}'`, 'is longer than 4096 characters'],
  ])('%s', (filter, message) => {
    expect(() => parseFilter(filter, fields)).toThrow(message);
  });
});

const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constantFrom('name', 'user/name'),
    operator: fc.constantFrom(...comparisons),
    value: fc.string({ maxLength: 12 }),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constant('bytes'),
    operator: fc.constantFrom(...comparisons),
    value: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n + 0),
  }),
  fc.record({
    kind: fc.constant('in' as const),
    field: fc.constant('name'),
    values: fc.array(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('text' as const),
    function: fc.constantFrom(...textFunctions),
    field: fc.constant('name'),
    value: fc.string({ maxLength: 8 }),
  }),
);
const { filter: anyFilter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      left: tie('filter'),
      right: tie('filter'),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('filter') }),
  ),
}));

function written(filter: Filter): string {
  const text = (value: unknown) =>
    typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${written(filter.left)} ${filter.kind} ${written(filter.right)})`;
    case 'not':
      return `not (${written(filter.of)})`;
    case 'compare':
      return `${filter.field} ${filter.operator} ${text(filter.value)}`;
    case 'in':
      return `${filter.field} in (${filter.values.map(text).join(', ')})`;
    case 'text':
      return `${filter.function}(${filter.field},${text(filter.value)})`;
  }
}

test('what is written is read again, whatever the text in it', () => {
  fc.assert(
    fc.property(anyFilter, (filter) => {
      expect(parseFilter(written(filter), fields)).toEqual(filter);
    }),
    { seed: 41, numRuns: 300 },
  );
});

test('no text does anything else than be read or be refused as a bad message', () => {
  const words = fc.constantFrom(
    ...['name', 'bytes', 'at', 'eq', 'not', 'and', 'or', 'in', '(', ')', ',', "'a'", '1', 'null', 'contains'],
  );
  const texts = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.array(words, { maxLength: 14 }).map((w) => w.join(' ')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        expect(typeof matches(record, parseFilter(text, fields))).toBe('boolean');
      } catch (error) {
        expect(error).toBeInstanceOf(OpenGsaError);
        expect(error).toMatchObject({ code: 'bad-message' });
      }
    }),
    { seed: 42, numRuns: 1000 },
  );
});
