// Which row of the page shows which record.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextSlots, type RowSlots } from '../../../../app/shared/row-slots.ts';

/** Each step: the records that stand in sight. */
function shown(...steps: string[]): string {
  let slots: RowSlots = new Map();
  for (const keys of steps) slots = nextSlots(slots, keys.split(' '));
  return [...slots].map(([key, slot]) => `${key}${slot}`).join(' ');
}

test('a record that stays keeps its row, and one that comes takes the row of one that left', () => {
  expect(shown('a b c d', 'b c d e')).toBe('b1 c2 d3 e0');
  expect(shown('a b c d', 'x a b c')).toBe('x3 a0 b1 c2');
});

test('a jump takes the rows as they stand, so that none of them moves', () => {
  expect(shown('a b c', 'x y z')).toBe('x0 y1 z2');
  expect(shown('a b c d', 'b c d e', 'w x y z')).toBe('w1 x2 y3 z0');
});

test('there are as many rows as records at once, each for one record', () => {
  const keys = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 10 }), (steps) => {
      let before: RowSlots = new Map();
      let most = 0;
      for (const step of steps) {
        const next = nextSlots(before, step);
        most = Math.max(most, step.length);
        expect([...next.keys()]).toEqual(step);
        expect(new Set(next.values()).size).toBe(step.length);
        for (const [key, slot] of before) if (next.has(key)) expect(next.get(key)).toBe(slot);
        expect(Math.max(-1, ...next.values())).toBeLessThan(2 * most);
        before = next;
      }
    }),
    { seed: 5, numRuns: 300 },
  );
});
