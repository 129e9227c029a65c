// One collector's queue: order, patience, bounds, and an honest count of what is lost.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  createExporter,
  type Delivery,
  type ExporterChange,
  type Exporter,
} from '../../../../edge/exports/exporter.ts';
import { exampleRecord } from '../../../support/example-records.ts';

const accepted: Delivery = { kind: 'delivered', rejected: 0, reason: null };
const away: Delivery = { kind: 'failed', reason: 'away', afterMs: 0 };

let got: string[][];
let changes: ExporterChange[];
let answer: (items: readonly string[]) => Promise<Delivery>;
let closes: number;
let exporter: Exporter;

beforeEach(() => {
  vi.useFakeTimers();
  [got, changes, closes] = [[], [], 0];
  answer = () => Promise.resolve(accepted);
  exporter = createExporter({
    encode: (exported) => (exported.kind === 'traffic' ? exported.record.authority : exported.entry.detail),
    sender: {
      deliver: (items) => {
        got.push([...items]);
        return answer(items);
      },
      close: () => void (closes += 1),
    },
    onChange: (change) => changes.push(change),
    random: () => 0.5,
    limits: { waitingLength: 10, batchItems: 3, batchLength: 100 },
  });
});
afterEach(() => vi.useRealTimers());

const add = (...names: string[]): void => {
  for (const authority of names) exporter.add({ kind: 'traffic', record: exampleRecord(1, { authority }) });
};
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

test('batches go one after the other, in their order, and are counted when they are taken', async () => {
  add('a', 'b', 'c', 'd', 'e');
  expect(exporter.counts()).toEqual({ delivered: 0, dropped: 0, waiting: 5 });
  await settle();
  expect(got).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  expect(exporter.counts()).toEqual({ delivered: 5, dropped: 0, waiting: 0 });
  expect(changes).toEqual([]);
});

test('a collector that is away is asked again ever later, is told of once, and gets everything in the end', async () => {
  answer = () => Promise.resolve(away);
  add('a', 'b');
  await settle();
  expect(changes).toEqual([{ kind: 'failing', reason: 'away' }]);
  await vi.advanceTimersByTimeAsync(60_000);
  const tries = got.length;
  expect(tries).toBeGreaterThan(4);
  expect(tries).toBeLessThan(12);
  answer = () => Promise.resolve(accepted);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(got.slice(-2)).toEqual([['a'], ['b']]);
  expect(changes).toEqual([
    { kind: 'failing', reason: 'away' },
    { kind: 'recovered', dropped: 0 },
  ]);
  expect(exporter.counts()).toEqual({ delivered: 2, dropped: 0, waiting: 0 });
});

test('what is beyond the bound is dropped, counted, and told of once for each series', async () => {
  answer = () => Promise.resolve(away);
  add('a', ...Array<string>(13).fill('x'));
  await settle();
  expect(exporter.counts()).toEqual({ delivered: 0, dropped: 3, waiting: 11 });
  expect(changes.map(({ kind }) => kind)).toEqual(['losing', 'failing']);
  answer = () => Promise.resolve(accepted);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(exporter.counts()).toEqual({ delivered: 11, dropped: 3, waiting: 0 });
  expect(changes.at(-1)).toEqual({ kind: 'recovered', dropped: 3 });
});

test('the patience that a collector asks for is kept, within reason', async () => {
  answer = () => Promise.resolve({ ...away, afterMs: 20_000 });
  add('a');
  await vi.advanceTimersByTimeAsync(19_000);
  expect(got).toHaveLength(1);
  answer = () => Promise.resolve({ ...away, afterMs: 999_999_999 });
  await vi.advanceTimersByTimeAsync(2000);
  expect(got).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(got).toHaveLength(3);
});

test('what a collector refuses for good is dropped, and what follows is sent', async () => {
  answer = () => Promise.resolve({ kind: 'refused', reason: 'the collector answers 400' });
  add('a');
  await settle();
  expect(changes).toEqual([{ kind: 'losing', reason: 'the collector answers 400' }]);
  answer = () => Promise.resolve({ kind: 'delivered', rejected: 1, reason: 'too old' });
  add('b');
  await settle();
  answer = () => Promise.resolve(accepted);
  add('c');
  await settle();
  expect(exporter.counts()).toEqual({ delivered: 1, dropped: 2, waiting: 0 });
  expect(changes.at(-1)).toEqual({ kind: 'recovered', dropped: 2 });
});

test('an end waits for what can be delivered, and not for ever for the rest', async () => {
  answer = () => new Promise((resolve) => setTimeout(() => resolve(accepted), 1000));
  add('a', 'b');
  const first = exporter.close(5000);
  await vi.advanceTimersByTimeAsync(2000);
  await first;
  expect([exporter.counts(), closes]).toEqual([{ delivered: 2, dropped: 0, waiting: 0 }, 1]);
  add('late');
  expect(exporter.counts().waiting).toBe(0);
});

test('an end with a dead collector counts what it leaves', async () => {
  answer = () => Promise.resolve(away);
  add('a', 'b');
  const end = exporter.close(5000);
  await vi.advanceTimersByTimeAsync(5000);
  await end;
  expect([exporter.counts(), closes]).toEqual([{ delivered: 0, dropped: 2, waiting: 0 }, 1]);
});
