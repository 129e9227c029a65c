// A text in any pieces has the same lines.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineSplitter } from '../../../../app/shared/line-splitter.ts';

test('an unfinished line waits for its end', () => {
  const take = createLineSplitter();
  expect(take('{"a":1}\n{"b"')).toEqual(['{"a":1}']);
  expect(take('')).toEqual([]);
  expect(take(':2}\n\n')).toEqual(['{"b":2}']);
});

test('how a text is cut makes no difference', () => {
  const lines = fc.array(fc.string({ minLength: 1 }).filter((line) => !line.includes('\n')));
  fc.assert(
    fc.property(lines, fc.array(fc.nat(40)), (wanted, cuts) => {
      const text = wanted.map((line) => `${line}\n`).join('');
      const take = createLineSplitter();
      const ends = [...cuts.filter((at) => at < text.length).sort((a, b) => a - b), text.length];
      const got = ends.flatMap((end, i) => take(text.slice(ends[i - 1] ?? 0, end)));
      expect(got).toEqual(wanted);
    }),
    { seed: 7, numRuns: 200 },
  );
});
