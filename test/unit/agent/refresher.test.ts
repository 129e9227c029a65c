import { expect, test } from 'vitest';
import { createRefresher } from '../../../agent/refresher.ts';
import { manualClock } from '../../support/manual-clock.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Attempts that end when the test says how. */
function attempts() {
  const ends: ((isDone: boolean) => Promise<unknown>)[] = [];
  const clock = manualClock();
  const attempt = (): Promise<boolean> =>
    new Promise((resolve) =>
      ends.push((isDone) => {
        resolve(isDone);
        return turn();
      }),
    );
  return { ends, clock, refresher: createRefresher(attempt, { clock, retryMs: 5_000 }) };
}

test('however often it is asked for meanwhile, one more attempt follows the one under way', async () => {
  const { ends, clock, refresher } = attempts();
  const done: string[] = [];
  void refresher.run().then(() => done.push('first'));
  void refresher.run().then(() => done.push('second'));
  void refresher.run().then(() => done.push('third'));
  expect(ends).toHaveLength(1);
  await ends[0]?.(true);
  expect([ends.length, done]).toEqual([2, ['first']]);
  await ends[1]?.(true);
  expect([ends.length, done]).toEqual([2, ['first', 'second', 'third']]);
  expect(clock.pending()).toBe(0);
});

test('what failed is tried again on time, once, until it is done', async () => {
  const { ends, clock, refresher } = attempts();
  void refresher.run();
  await ends[0]?.(false);
  void refresher.run();
  await ends[1]?.(false);
  expect(clock.pending()).toBe(1);
  clock.advance(5_000);
  await ends[2]?.(true);
  clock.advance(60_000);
  expect(ends).toHaveLength(3);
});

test('after the stop nothing is attempted, however the last attempt ends', async () => {
  const { ends, clock, refresher } = attempts();
  void refresher.run();
  void refresher.run();
  refresher.stop();
  await ends[0]?.(false);
  await refresher.run();
  expect([ends.length, clock.pending()]).toEqual([1, 0]);
});
