// Text of others on a terminal: nothing of it steers, and nothing of ordinary text is touched.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable, printableLines } from '../../../protocol/printable.ts';

describe('what steers a terminal is shown instead', () => {
  test.each([
    ['an escape that hides what follows', 'Contoso\u001b[8m', String.raw`Contoso\u001b[8m`],
    ['the same as one character of C1', 'Contoso\u009b8m', String.raw`Contoso\u009b8m`],
    ['a return over what stands there', 'no\ryes', String.raw`no\u000dyes`],
    ['DEL and backspaces', 'a\u007f\b', String.raw`a\u007f\u0008`],
    ['an override of the direction', 'exe.\u202egpj', String.raw`exe.\u202egpj`],
    ['isolates', '\u2066a\u2069', String.raw`\u2066a\u2069`],
    ['spaces without a width', 'con\u200btoso\ufeff', String.raw`con\u200btoso\ufeff`],
    ['a soft hyphen', 'con\u00adtoso', String.raw`con\u00adtoso`],
    ['joiners between letters that join nothing', 'con\u200dto\u200cso', String.raw`con\u200dto\u200cso`],
    ['joiners after each other', '\u0915\u200d\u200d', '\u0915\u200d\\u200d'],
    ['line ends that some programs see', 'a\u2028b\u2029', String.raw`a\u2028b\u2029`],
    ['tags that nobody sees', 'a\u{e0041}', String.raw`a\udb40\udc41`],
    ['half a character', 'a\ud800b', String.raw`a\ud800b`],
  ])('%s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
    expect(printableLines(text)).toBe(shown);
  });

  test('a line end and a tab within a cell', () => {
    expect(printable('a\n\tb')).toBe(String.raw`a\u000a\u0009b`);
    expect(printableLines('a\n\tb')).toBe('a\n\tb');
  });
});

test.each([
  ['German', 'Größe: „Müller & Söhne“ – 10 €, naïve Façade\u0301'],
  ['Chinese, Japanese, Korean', '株式会社コントソ 康托索 콘토소　全角'],
  ['Arabic, Hebrew, Persian with a joiner', 'كونتوسو קונטוסו می\u200cخواهم'],
  ['Hindi with joiners', 'क्\u200dष शर्\u200cमा'],
  ['emoji', '😀 👍🏽 👩🏽\u200d💻 👨\u200d👩\u200d👧 ❤️\u200d🔥 👁\u200d🗨 🇩🇪 1️⃣'],
  ['a flag of a region', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
  ['a backslash', String.raw`C:\users\u001b`],
])('ordinary text is untouched: %s', (_what, text) => {
  expect(printable(text)).toBe(text);
});

const steering = fc.constantFrom(
  ...['\u001b', '\u009b', '\u009d', '\u0007', '\r', '\b', '\u007f', '\u0000', '\n', '\t', '\\', '"'],
  ...[
    '\u202e',
    '\u2066',
    '\u200b',
    '\u200c',
    '\u200d',
    '\u2028',
    '\u{e0041}',
    '\ud800',
    '\udc00',
    '\u{1f3f4}',
  ],
);
const anything = fc
  .array(fc.oneof(steering, fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom('a', 'क', '😀')))
  .map((parts) => parts.join(''));
const bounds = { numRuns: 500, seed: 20260101 };

test('nothing that is shown holds a control character, an override or half a character', () => {
  fc.assert(
    fc.property(anything, (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(printableLines(text)).not.toMatch(/[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]--[\n\t]]/v);
      const withoutJoiners = printable(text).replaceAll(/\u200c|\u200d|[\u{e0030}-\u{e007f}]/gu, '');
      expect(withoutJoiners).not.toMatch(/\p{Cf}/u);
      expect(printable(printable(text))).toBe(printable(text));
    }),
    bounds,
  );
});

test('JSON stays JSON and means the same', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const value = { [text]: [text, { text }] };
      expect(JSON.parse(printableLines(JSON.stringify(value)))).toEqual(value);
      expect(JSON.parse(printableLines(JSON.stringify(value, null, 2)))).toEqual(value);
    }),
    bounds,
  );
});
