// One decision per flow, and whatever becomes of it later stands in its record.
import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { memoryPipe } from '../../../../agent/capture/memory-pipe.ts';
import type {
  FlowOpening,
  OpenTunnelFlow,
  TunnelAnswer,
  TunnelRequest,
} from '../../../../agent/core/flow.ts';
import type { DialDirect } from '../../../../agent/flow/direct.ts';
import { createFlowRouter, type FlowRouting } from '../../../../agent/flow/flow-router.ts';
import { createFlowTable } from '../../../../agent/flow/flow-table.ts';
import { parseAddress } from '../../../../protocol/address.ts';
import { formatDestination, parseAuthority } from '../../../../protocol/destination.ts';
import type { ProcessFact } from '../../../../protocol/process-fact.ts';
import type { FlowStream } from '../../../../protocol/relay/flow-stream.ts';
import { blocked, direct, tunnelled } from '../../../support/capture-rig.ts';

const at = new Date('2026-01-02T03:04:05.000Z');
const request = {
  via: 'socks5',
  destination: parseAuthority('login.contoso.test:443')!,
  source: { address: parseAddress('127.0.0.1')!, port: 50_000 },
} as const;
const denial = { error: 'http_request_denied', reason: 'port-not-allowed' } as const;

describe('a tunnelled flow', () => {
  test('carries attestations only where the decision says so', async () => {
    const { requests, openTunnel } = refusingTunnel();
    const { open } = rig({ openTunnel, attestations: () => ['jws'] });
    const attesting = rig({
      openTunnel,
      attestations: () => ['jws'],
      decide: () => ({ ...tunnelled, attest: true }),
    });
    await open();
    await attesting.open();
    expect(requests.map(({ attestation }) => attestation())).toEqual([[], ['jws']]);
    expect(requests[0]).toMatchObject({ destination: request.destination, traceparent: 'trace' });
  });

  test('carries the statements that hold when it leaves, not those from before it waited', async () => {
    const { requests, openTunnel } = refusingTunnel();
    let statements = ['of the network before'];
    const { open } = rig({
      openTunnel,
      attestations: () => statements,
      decide: () => ({ ...tunnelled, attest: true }),
    });
    await open();
    statements = [];
    expect(requests[0]?.attestation()).toEqual([]);
  });

  test('that is refused at once says who refused and why', async () => {
    const refused = { kind: 'refused', status: 403, denial, by: 'edge-1' } as const;
    const { open, table } = rig({ openTunnel: () => Promise.resolve(refused) });
    expect(await open()).toEqual(refused);
    expect(table.list(1)).toMatchObject([{ state: 'refused', detail: 'edge-1: port-not-allowed' }]);
    expect(table.counters()).toEqual({ open: 0, total: 1, tunnelled: 1, direct: 0, blocked: 0, failed: 1 });
  });

  test('that is accepted later shows what the edge observed', async () => {
    const tunnel = openedTunnel();
    const { open, table } = rig({ openTunnel: tunnel.open });
    await open();
    expect(table.list(1)).toMatchObject([
      { state: 'open', edge: 'edge-1', egressObserved: null, traceparent: 'trace' },
    ]);
    tunnel.answer({ kind: 'accepted', egressObserved: '203.0.113.7' });
    await expect.poll(() => table.list(1)[0]?.egressObserved).toBe('203.0.113.7');
  });

  test('that is refused after the application was told of success resets it with the refusal', async () => {
    const tunnel = openedTunnel();
    const { open, table } = rig({ openTunnel: tunnel.open });
    const application = pipeEnd();
    const relayed = opened(await open()).relay(application.stream);
    // The tunnel resets its stream and then says why.
    tunnel.far.destroy();
    tunnel.answer({ kind: 'refused', status: 403, denial, by: 'edge-1' });
    await relayed;
    expect(application.resets[0]?.message).toBe('edge-1: port-not-allowed');
    expect(table.list(1)).toMatchObject([{ state: 'refused', detail: 'edge-1: port-not-allowed' }]);
    expect(table.counters()).toMatchObject({ open: 0, failed: 1 });
  });

  test('that breaks names the edge', async () => {
    const tunnel = openedTunnel();
    const { open, table } = rig({ openTunnel: tunnel.open });
    const application = pipeEnd();
    const relayed = opened(await open()).relay(application.stream);
    tunnel.answer({ kind: 'accepted', egressObserved: null });
    tunnel.far.destroy();
    await relayed;
    expect(table.list(1)).toMatchObject([{ state: 'reset', detail: 'edge-1: connection reset' }]);
    expect(application.resets).not.toEqual([]);
  });

  test('can be reset from the table, with the reason in its record', async () => {
    const tunnel = openedTunnel();
    const { open, table } = rig({ openTunnel: tunnel.open });
    const application = pipeEnd();
    const relayed = opened(await open()).relay(application.stream);
    tunnel.answer({ kind: 'accepted', egressObserved: null });
    expect(table.reset(({ edge }) => edge === 'another', 'egress-changed')).toBe(0);
    expect(table.reset(({ edge }) => edge === 'edge-1', 'egress-changed')).toBe(1);
    await relayed;
    expect(table.list(1)).toMatchObject([{ state: 'reset', detail: 'opengsa: egress-changed' }]);
  });

  test('whose application has gone is ended in the table', async () => {
    const tunnel = openedTunnel();
    const { open, table } = rig({ openTunnel: tunnel.open });
    opened(await open()).stream.reset(new Error('gone'));
    await expect.poll(() => table.counters().open).toBe(0);
    expect(table.list(1)[0]?.detail).toBe('application: gone before the flow was open');
  });
});

test('a direct flow has no edge and no traceparent, and its failure is a refusal of this agent', async () => {
  const { open, table } = rig({
    decide: () => direct,
    dialDirect: () =>
      Promise.resolve({
        kind: 'failed',
        status: 502,
        denial: { error: 'connection_refused', reason: 'connection-refused' },
      }),
  });
  expect(await open()).toMatchObject({ kind: 'refused', status: 502, by: 'opengsa' });
  expect(table.list(1)).toMatchObject([
    { action: 'direct', edge: null, traceparent: null, detail: 'opengsa: connection-refused' },
  ]);
});

test('a blocked flow opens nothing and is recorded with its rule', async () => {
  const { open, table } = rig({ decide: () => blocked });
  expect(await open()).toMatchObject({ kind: 'refused', status: 403, denial: { reason: 'hardening-block' } });
  expect(table.list(1)).toEqual([
    {
      id: 1,
      via: 'socks5',
      destination: 'login.contoso.test:443',
      source: '127.0.0.1:50000',
      process: null,
      person: null,
      action: 'block',
      ruleId: 'r1',
      reason: 'hardening-block',
      note: null,
      hardening: 'block',
      authentication: null,
      state: 'refused',
      detail: 'opengsa: hardening-block',
      edge: null,
      egressObserved: null,
      traceparent: null,
      startedAt: at.toISOString(),
      endedAt: at.toISOString(),
      bytesSent: 0,
      bytesReceived: 0,
    },
  ]);
});

describe('an inspected flow', () => {
  const accepting = (answer: Promise<TunnelAnswer>): OpenTunnelFlow => {
    const { stream } = pipeEnd();
    return () => Promise.resolve({ kind: 'open', stream, edge: 'edge-1', answer });
  };
  const untrusted = { error: 'tls_certificate_error', reason: 'certificate-untrusted' } as const;

  test('whose destination does not prove itself is refused by this agent', async () => {
    const { open, table } = rig({
      openTunnel: accepting(new Promise(() => undefined)),
      inspect: () => () => Promise.resolve({ kind: 'failed', denial: untrusted }),
    });
    expect(await open()).toEqual({ kind: 'refused', status: 502, denial: untrusted, by: 'opengsa' });
    expect(table.list(1)).toMatchObject([{ state: 'refused', detail: 'opengsa: certificate-untrusted' }]);
  });

  test('is one on the direct path too, whatever sent it there', async () => {
    const asked: string[] = [];
    const { open } = rig({
      decide: () => ({ ...direct, reason: 'paused' }),
      dialDirect: () => Promise.resolve({ kind: 'open', stream: pipeEnd().stream }),
      inspect: () => (flow) => {
        asked.push(formatDestination(flow.destination));
        return Promise.resolve({ kind: 'failed', denial: untrusted });
      },
    });
    expect(await open()).toMatchObject({ kind: 'refused', denial: untrusted });
    expect(asked).toEqual(['login.contoso.test:443']);
  });

  test('that the edge refuses during the handshake says what the edge said', async () => {
    const cut = { error: 'connection_terminated', reason: 'tls-handshake-cut' } as const;
    const refused = { kind: 'refused', status: 403, denial, by: 'edge-1' } as const;
    const { open, table } = rig({
      openTunnel: accepting(Promise.resolve(refused)),
      inspect: () => () => Promise.resolve({ kind: 'failed', denial: cut }),
    });
    expect(await open()).toEqual(refused);
    expect(table.list(1)).toMatchObject([{ state: 'refused', detail: 'edge-1: port-not-allowed' }]);
  });

  test('that the edge refuses during the handshake shows what the edge observed all the same', async () => {
    const cut = { error: 'connection_terminated', reason: 'tls-handshake-cut' } as const;
    const observed = '203.0.113.7';
    const refused = { kind: 'refused', status: 403, denial, by: 'edge-1', egressObserved: observed } as const;
    const { open, table } = rig({
      openTunnel: accepting(Promise.resolve(refused)),
      inspect: () => () => Promise.resolve({ kind: 'failed', denial: cut }),
    });
    await open();
    expect(table.list(1)).toMatchObject([{ state: 'refused', egressObserved: observed }]);
  });
});

test('a fault while opening is an answer and a record', async () => {
  const { open, table } = rig({ openTunnel: () => Promise.reject(new Error('bug')) });
  expect(await open()).toMatchObject({ kind: 'refused', status: 500, denial: { reason: 'internal' } });
  expect(table.list(1)).toMatchObject([{ state: 'refused', detail: 'opengsa: bug' }]);
});

test('the table keeps the newest ended flows only, newest first', async () => {
  const { open, table } = rig({ decide: () => blocked }, 3);
  for (let i = 0; i < 20; i++) await open();
  expect(table.list(100).map(({ id }) => id)).toEqual([20, 19, 18]);
  expect(table.list(2).map(({ id }) => id)).toEqual([20, 19]);
  expect(table.counters()).toMatchObject({ total: 20, blocked: 20, failed: 0 });
});

describe('who opened a flow', () => {
  const known: ProcessFact = { uid: 1000, pid: 42, executable: '/usr/bin/curl', unknown: null };

  test('is recorded when it is learnt, and the flow does not wait for it', async () => {
    const learnt = Promise.withResolvers<ProcessFact>();
    const seen: unknown[] = [];
    const { open, table } = rig({
      decide: (_, program) => {
        seen.push(program);
        return blocked;
      },
      identify: () => ({ fact: learnt.promise, forDecision: null }),
    });
    await open();
    expect(table.list(1)[0]?.process).toBeNull();
    learnt.resolve(known);
    await learnt.promise;
    expect(table.list(1)[0]?.process).toEqual(known);
    expect(seen).toEqual([null]);
  });

  test('is waited for where the decision depends on it, and a decision without it says so', async () => {
    const asked: unknown[] = [];
    const { open, table } = rig({
      decide: (_, program) => {
        asked.push(program);
        return { ...blocked, note: 'program-unknown' };
      },
      identify: () => ({ fact: Promise.resolve(known), forDecision: Promise.resolve(known) }),
    });
    await open();
    expect(asked).toEqual([known]);
    expect(table.list(1)).toMatchObject([{ note: 'program-unknown', process: known }]);
  });
});

function rig(routing: Partial<FlowRouting>, keepEnded = 100) {
  const table = createFlowTable({ now: () => at, keepEnded });
  const never: DialDirect = () => Promise.reject(new Error('not to be dialled'));
  const open = createFlowRouter({
    decide: () => tunnelled,
    identify: () => null,
    openTunnel: () => Promise.reject(new Error('not to be tunnelled')),
    dialDirect: never,
    attestations: () => [],
    inspect: () => null,
    table,
    traceparent: () => 'trace',
    ...routing,
  });
  return { table, open: () => open(request) };
}

function refusingTunnel() {
  const requests: TunnelRequest[] = [];
  const openTunnel: OpenTunnelFlow = (asked) => {
    requests.push(asked);
    return Promise.resolve({ kind: 'refused', status: 403, denial, by: 'edge-1' });
  };
  return { requests, openTunnel };
}

/** The boundary of the tunnel: it says yes at once, and the test says the rest. */
function openedTunnel() {
  const [near, far] = memoryPipe();
  far.on('error', () => undefined);
  const answer = Promise.withResolvers<TunnelAnswer>();
  const open: OpenTunnelFlow = () =>
    Promise.resolve({ kind: 'open', stream: streamOf(near), edge: 'edge-1', answer: answer.promise });
  return { open, far, answer: answer.resolve };
}

function pipeEnd() {
  const [near, far] = memoryPipe();
  far.on('error', () => undefined);
  const resets: Error[] = [];
  const stream = streamOf(near);
  return {
    resets,
    stream: {
      ...stream,
      reset: (reason: Error) => {
        resets.push(reason);
        stream.reset(reason);
      },
    },
  };
}

function streamOf(duplex: Duplex): FlowStream {
  duplex.on('error', () => undefined);
  return {
    duplex,
    endedCleanly: () => duplex.readableEnded,
    reset: (reason) => duplex.destroy(reason),
  };
}

function opened(opening: FlowOpening): Extract<FlowOpening, { kind: 'open' }> {
  if (opening.kind !== 'open') throw new Error(`refused: ${opening.denial.reason}`);
  return opening;
}
