// Flows that are not answered yet: they count as much as others, and end with the edge.
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseProxyStatus } from '../../protocol/proxy-status.ts';
import type { Resolution } from '../../edge/upstream/resolver.ts';
import { type DataPlane, openFlow, openSession, startDataPlane } from '../support/data-plane.ts';
import { patience } from '../support/patience.ts';

let edge: DataPlane;
let lookups: number;
let answer: PromiseWithResolvers<Resolution>;

beforeEach(async () => {
  lookups = 0;
  answer = Promise.withResolvers<Resolution>();
  edge = await startDataPlane({
    classes: [{ match: '*.contoso.test', class: 'opaque' }],
    limits: { flowsPerDevice: 10 },
    options: {
      resolve: () => {
        lookups += 1;
        return answer.promise;
      },
    },
  });
});
afterEach(async () => {
  answer.resolve({ kind: 'failed', denial: { error: 'dns_error', reason: 'name-not-found' } });
  await edge.close();
});

test('a device over its limit of flows is refused before its names are looked up', async () => {
  const session = await openSession(edge);
  const streams = Array.from({ length: 40 }, (_, i) => openFlow(session, `n${i}.contoso.test:443`));
  await vi.waitFor(() => expect(edge.records).toHaveLength(30), patience);
  expect(new Set(edge.records.map(({ reason }) => reason))).toEqual(new Set(['device-flow-limit']));
  expect([lookups, edge.openFlows()]).toEqual([10, 10]);
  // A flow that its device gives up makes room, though its lookup goes on.
  streams[0]!.destroy();
  await vi.waitFor(() => expect(edge.openFlows()).toBe(9), patience);
  expect(edge.records.at(-1)).toMatchObject({ result: 'reset', reason: 'device-aborted' });
  session.destroy();
});

test('a stop gives up flows whose names are still looked up, and each has its record by then', async () => {
  const session = await openSession(edge);
  const stream = openFlow(session, 'slow.contoso.test:443');
  const response = once(stream, 'response') as Promise<[Record<string, unknown>]>;
  await vi.waitFor(() => expect(edge.openFlows()).toBe(1), patience);
  await edge.drain(50);
  expect(edge.records).toMatchObject([{ result: 'refused', reason: 'edge-stopped' }]);
  expect(edge.openFlows()).toBe(0);
  const [headers] = await response;
  expect(parseProxyStatus(String(headers['proxy-status']))).toMatchObject({ reason: 'edge-stopped' });
});
