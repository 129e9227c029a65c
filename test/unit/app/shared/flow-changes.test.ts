// Which flows a window is told of.
import { expect, test } from 'vitest';
import { flowChanges, noFlows } from '../../../../app/shared/flow-changes.ts';
import type { FlowRecord } from '../../../../protocol/flow-record.ts';

const flow = (id: number, bytesSent: number) => ({ id, bytesSent }) as unknown as FlowRecord;

test('first all, then only what is new or different', () => {
  const first = flowChanges(noFlows, [flow(1, 0), flow(2, 0)]);
  expect(first.changed).toEqual([flow(1, 0), flow(2, 0)]);
  const second = flowChanges(first.look, [flow(1, 0), flow(2, 9), flow(3, 0)]);
  expect(second.changed).toEqual([flow(2, 9), flow(3, 0)]);
  expect(flowChanges(second.look, [flow(2, 9), flow(3, 0)]).changed).toEqual([]);
});
