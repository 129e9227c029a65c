// The line of latencies lies in its box, on a scale that begins at nought.
import { expect, test } from 'vitest';
import { sparklinePoints } from '../../../../../app/renderer/status/sparkline-model.ts';

test('fewer than two are no line', () => {
  expect(sparklinePoints([], 56, 20, 1)).toBeNull();
  expect(sparklinePoints([18], 56, 20, 1)).toBeNull();
});

test('from edge to edge, and within the box', () => {
  const corners = (sparklinePoints([18, 0, 400], 56, 20, 1) ?? '')
    .split(' ')
    .map((xy) => xy.split(',').map(Number));
  expect(corners.map(([x]) => x)).toEqual([1, 28, 55]);
  for (const [, y = -1] of corners) expect(y >= 1 && y <= 19).toBe(true);
});

test('nearly the same looks nearly the same', () => {
  const heights = (sparklinePoints([18, 19], 56, 20, 1) ?? '')
    .split(' ')
    .map((xy) => Number(xy.split(',')[1]));
  expect(Math.abs((heights[0] ?? 0) - (heights[1] ?? 0))).toBeLessThan(1);
});
