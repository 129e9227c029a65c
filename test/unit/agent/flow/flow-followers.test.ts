// Followers of the flow table: everything once, then only what differs.
import { describe, expect, test } from 'vitest';
import type { FlowEntry } from '../../../../agent/flow/flow-table.ts';
import { createFlowTable } from '../../../../agent/flow/flow-table.ts';
import { parseAddress } from '../../../../protocol/address.ts';
import { parseAuthority } from '../../../../protocol/destination.ts';
import { tunnelled } from '../../../support/capture-rig.ts';

const request = {
  via: 'socks5',
  destination: parseAuthority('login.contoso.test:443')!,
  source: { address: parseAddress('127.0.0.1')!, port: 50_000 },
} as const;

describe('who follows flows', () => {
  test('is told of every record first, and then of nothing while nothing changes', () => {
    const { add, follow } = tableOf();
    add().ended(null);
    add();
    const changes = follow();
    expect(changes.take(10).map(({ id, state }) => [id, state])).toEqual([
      [1, 'closed'],
      [2, 'opening'],
    ]);
    expect(changes.take(10)).toEqual([]);
  });

  test.each<[string, (flow: FlowEntry) => void, object]>([
    ['opening', (flow) => flow.opened('edge-1', () => undefined), { state: 'open', edge: 'edge-1' }],
    ['bytes', (flow) => (flow.bytes.bToA += 7), { bytesReceived: 7 }],
    ['its end', (flow) => flow.ended('edge-1: gone'), { state: 'reset', detail: 'edge-1: gone' }],
    ['a refusal', (flow) => flow.refused('edge-1', 'port'), { state: 'refused', detail: 'edge-1: port' }],
    ['the address seen', (flow) => flow.observed('203.0.113.7'), { egressObserved: '203.0.113.7' }],
  ])('is told once of %s', (_, change, news) => {
    const { add, follow } = tableOf();
    const flow = add();
    add();
    const changes = follow();
    changes.take(10);
    change(flow);
    expect(changes.take(10)).toEqual([expect.objectContaining({ id: 1, ...news })]);
    expect(changes.take(10)).toEqual([]);
  });

  test('is told of its program although the flow has ended before that was found out', () => {
    const { add, follow } = tableOf();
    const flow = add();
    flow.ended(null);
    const changes = follow();
    changes.take(10);
    flow.openedBy({ uid: 1000, pid: 7, executable: '/usr/bin/curl', unknown: null });
    expect(changes.take(10)).toMatchObject([{ id: 1, process: { pid: 7 } }]);
  });

  test('takes many records in parts, and loses none', () => {
    const { add, follow } = tableOf();
    for (let i = 0; i < 5; i++) add();
    const changes = follow();
    expect([2, 2, 2, 2].map((most) => changes.take(most).map(({ id }) => id))).toEqual([
      [1, 2],
      [3, 4],
      [5],
      [],
    ]);
  });

  test('each has a place of its own, until it ends', () => {
    const { add, follow } = tableOf();
    const [one, other] = [follow(), follow()];
    add();
    expect(one.take(10)).toHaveLength(1);
    expect(other.take(10)).toHaveLength(1);
    other.end();
    add();
    expect(one.take(10)).toHaveLength(1);
  });
});

function tableOf() {
  const table = createFlowTable({ now: () => new Date('2026-01-02T03:04:05.000Z') });
  return { follow: table.follow, add: () => table.add(request, tunnelled, 'trace') };
}
