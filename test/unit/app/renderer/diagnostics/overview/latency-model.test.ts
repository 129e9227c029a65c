// Latencies of several channels on one axis of time, and in figures.
import { expect, test } from 'vitest';
import {
  latencyChartData,
  latencySummary,
} from '../../../../../../app/renderer/diagnostics/overview/latency-model.ts';

const a = [
  { at: 1_000, ms: 18 },
  { at: 3_000, ms: 40 },
  { at: 4_000, ms: 20 },
];
const b = [{ at: 2_000, ms: 7 }];

test('one axis for all; a channel that told nothing then has a gap', () => {
  expect(latencyChartData(new Map(Object.entries({ a, b })))).toEqual({
    times: [1, 2, 3, 4],
    series: [
      { name: 'a', values: [18, null, 40, 20] },
      { name: 'b', values: [null, 7, null, null] },
    ],
  });
});

test('last, lowest, median and highest', () => {
  expect(latencySummary(a)).toEqual({ count: 3, last: 20, lowest: 18, median: 20, highest: 40 });
  expect(latencySummary(b)).toEqual({ count: 1, last: 7, lowest: 7, median: 7, highest: 7 });
  expect(latencySummary([])).toBeNull();
});
