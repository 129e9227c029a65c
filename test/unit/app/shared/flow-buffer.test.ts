// The flows that a window has heard of.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFlowBuffer, flowKey } from '../../../../app/shared/flow-buffer.ts';
import type { FlowRecord } from '../../../../protocol/flow-record.ts';
import { exampleFlow } from '../../../support/example-flow.ts';

type Row = { readonly flow: FlowRecord };

const flow = (id: number, more: Partial<FlowRecord> = {}) => ({
  flow: exampleFlow({ id, startedAt: timeOf(id), ...more }),
});
const timeOf = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

test('the newest stand first, and a record that is told again takes the place of the older', () => {
  const buffer = createFlowBuffer<Row>(10);
  buffer.add([flow(2), flow(1)]);
  buffer.add([flow(3), flow(1, { state: 'closed' })]);
  expect(buffer.list().map(({ flow: { id, state } }) => [id, state])).toEqual([
    [3, 'open'],
    [2, 'open'],
    [1, 'closed'],
  ]);
});

test('the list is the same array until something changes', () => {
  const buffer = createFlowBuffer<Row>(10);
  buffer.add([flow(1)]);
  const list = buffer.list();
  expect(buffer.list()).toBe(list);
  buffer.add([flow(2)]);
  expect(buffer.list()).not.toBe(list);
});

test('an agent that started again counts from one, and its flows are others', () => {
  const buffer = createFlowBuffer<Row>(10);
  buffer.add([flow(1), flow(1, { startedAt: timeOf(50) })]);
  expect(buffer.list()).toHaveLength(2);
});

test('what was cleared does not come back, and what begins later comes', () => {
  const buffer = createFlowBuffer<Row>(10);
  buffer.add([flow(1)]);
  buffer.clear(timeOf(5));
  buffer.add([flow(1, { state: 'closed' }), flow(6)]);
  expect(buffer.list().map((row) => row.flow.id)).toEqual([6]);
});

test('lists that are read in between are those that one reading at the end gives', () => {
  const batch = fc.array(fc.tuple(fc.integer({ min: 1, max: 25 }), fc.nat(9)), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 10 }), fc.integer({ min: 1, max: 15 }), (batches, capacity) => {
      const [read, unread] = [createFlowBuffer<Row>(capacity), createFlowBuffer<Row>(capacity)];
      for (const rows of batches.map((one) => one.map(([id, bytesSent]) => flow(id, { bytesSent })))) {
        read.add(rows);
        read.list();
        unread.add(rows);
      }
      // Nothing was listed, so this is made of nothing but the last of each.
      expect(read.list()).toEqual(unread.list());
    }),
    { seed: 8, numRuns: 200 },
  );
});

test('many changes at once stand in order as well', () => {
  const buffer = createFlowBuffer<Row>(2_000);
  buffer.add([flow(5)]);
  buffer.list();
  buffer.add(Array.from({ length: 1_500 }, (_, i) => flow(((i * 7) % 1_500) + 1)));
  expect(buffer.list().map((row) => row.flow.id)).toEqual(Array.from({ length: 1_500 }, (_, i) => 1_500 - i));
});

test('never more than the capacity, each once, newest first', () => {
  const ids = fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), { maxLength: 10 });
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 15 }), (batches, capacity) => {
      const buffer = createFlowBuffer<Row>(capacity);
      for (const batch of batches) buffer.add(batch.map((id) => flow(id)));
      const list = buffer.list();
      expect(list.length).toBe(Math.min(capacity, new Set(batches.flat()).size));
      expect(new Set(list.map((row) => flowKey(row.flow))).size).toBe(list.length);
      expect(list.map((row) => row.flow.id)).toEqual(
        list.map((row) => row.flow.id).toSorted((a, b) => b - a),
      );
    }),
    { seed: 7, numRuns: 200 },
  );
});
