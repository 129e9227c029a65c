// Which runs of the agent ended without a word, and what is forgotten.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  lostRuns,
  mostRuns,
  type Run,
  type RunFacts,
  withEnd,
  withStart,
} from '../../../../agent/core/run-history.ts';

const run = (startedAt: number, changes: Partial<Run> = {}): Run => ({
  ...{ startedAt, endedAt: startedAt + 5, pid: startedAt, bootId: 'boot-1' },
  ...changes,
});
const open = { endedAt: null };
const facts = (runs: readonly Run[], changes: Partial<RunFacts> = {}): RunFacts => ({
  ...{ runs, fault: null, now: 1_000, bootId: 'boot-1', isRunning: true },
  ...changes,
});

describe('a run without an end', () => {
  test.each<[string, RunFacts, readonly (readonly [number, number, boolean | null])[]]>([
    ['is the one that goes on', facts([run(10, open)]), []],
    ['was missed at the next start', facts([run(10, open), run(20, open)]), [[10, 20, false]]],
    [
      'is missed where the agent does not run',
      facts([run(10, open)], { isRunning: false }),
      [[10, 1_000, false]],
    ],
    [
      'went down with the machine, which has started since',
      facts([run(10, open), run(20, { ...open, bootId: 'boot-2' })], { bootId: 'boot-2' }),
      [[10, 20, true]],
    ],
    [
      'went down with the machine, and no other has begun',
      facts([run(10, open)], { bootId: 'boot-2', isRunning: false }),
      [[10, 1_000, true]],
    ],
    [
      'could be either where the system has no id of its starts',
      facts([run(10, { ...open, bootId: null }), run(20, { bootId: null })], { bootId: null }),
      [[10, 20, null]],
    ],
    [
      'is told by its place, though the clock was set back',
      facts([run(500, open), run(20), run(30, open)]),
      [[500, 20, false]],
    ],
    ['is none of those that ended as they were told to', facts([run(10), run(20), run(30, open)]), []],
    ['is none where nothing was recorded', facts([]), []],
  ])('%s', (_, given, expected) => {
    expect(
      lostRuns(given).map(({ run: { startedAt }, missedAt, withMachine }) => [
        startedAt,
        missedAt,
        withMachine,
      ]),
    ).toEqual(expected);
  });
});

test('the end is written to its own run, also where another has the same number of process', () => {
  const again = run(20, { ...open, pid: 10 });
  expect(withEnd([run(10, open), again], again, 25)).toEqual([run(10, open), { ...again, endedAt: 25 }]);
});

test('whatever becomes of an agent, the record stays small, and each of its crashes is counted once', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 3 * mostRuns }), (ends) => {
      let runs: readonly Run[] = [];
      ends.forEach((endsWell, i) => {
        const started = run(i * 10, open);
        runs = withStart(runs, started);
        if (endsWell) runs = withEnd(runs, started, i * 10 + 5);
      });
      expect(runs.length).toBe(Math.min(ends.length, mostRuns));
      const crashes = ends.slice(-mostRuns).filter((endsWell) => !endsWell).length;
      expect(lostRuns(facts(runs, { isRunning: false }))).toHaveLength(crashes);
    }),
    { seed: 7, numRuns: 50 },
  );
});
