import { once } from 'node:events';
import { type Duplex, duplexPair } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { FlowStream } from '../../../../protocol/relay/flow-stream.ts';
import { relay } from '../../../../protocol/relay/relay.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const idleMs = 1000;

function startRelay() {
  const clock = manualClock();
  const [application, a] = duplexPair();
  const [peer, b] = duplexPair();
  for (const end of [application, peer]) end.on('error', () => undefined).resume();
  const schedule = (ms: number, run: () => void) => clock.setTimer(run, ms).cancel;
  const outcome = relay(flow(a), flow(b), { halfCloseLimit: { endOf: 'a', idleMs, schedule } });
  return { clock, application, peer, outcome };
}

function flow(duplex: Duplex): FlowStream {
  return { duplex, endedCleanly: () => duplex.readableEnded, reset: (reason) => duplex.destroy(reason) };
}

describe('after the application has ended', () => {
  test('a peer that stays silent has broken the flow once the time is up', async () => {
    const { clock, application, peer, outcome } = startRelay();
    application.end('all');
    await once(peer, 'end');
    clock.advance(idleMs - 1);
    expect(clock.pending()).toBe(1);
    clock.advance(1);
    expect(await outcome).toMatchObject({ clean: false, broken: 'b', bytes: { aToB: 3, bToA: 0 } });
  });

  test('a peer that goes on sending has the time anew with every byte', async () => {
    const { clock, application, peer, outcome } = startRelay();
    application.end('all');
    await once(peer, 'end');
    for (let i = 0; i < 5; i += 1) {
      const arrived = once(application, 'data');
      peer.write('x');
      await arrived;
      clock.advance(idleMs);
    }
    peer.end();
    expect(await outcome).toMatchObject({ clean: true, bytes: { aToB: 3, bToA: 5 } });
    expect(clock.pending()).toBe(0);
  });
});

test('before the application has ended, and when the peer ends first, no time runs', async () => {
  const { clock, application, peer, outcome } = startRelay();
  peer.end('all');
  await once(application, 'end');
  clock.advance(idleMs * 100);
  expect(clock.pending()).toBe(0);
  application.end('late');
  expect(await outcome).toMatchObject({ clean: true, bytes: { aToB: 4, bToA: 3 } });
});
