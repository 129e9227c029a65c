// The relay by its rules: bytes and ends go over as what they are, and a break on one side breaks the other.
import { once } from 'node:events';
import { type Duplex, duplexPair } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { FlowStream } from '../../../../protocol/relay/flow-stream.ts';
import { relay, type RelayOptions } from '../../../../protocol/relay/relay.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const idleMs = 1000;

/** Two ends and the relay between them; `cut` makes what arrives from a side end uncleanly. */
function startRelay(options: RelayOptions = {}) {
  const [application, a] = duplexPair();
  const [peer, b] = duplexPair();
  const cut = { a: false, b: false };
  const resets = { a: [] as string[], b: [] as string[] };
  for (const end of [application, peer]) end.on('error', () => undefined);
  const flow = (side: 'a' | 'b', duplex: Duplex): FlowStream => ({
    duplex,
    endedCleanly: () => duplex.readableEnded && !cut[side],
    reset: (reason) => {
      resets[side].push(reason.message);
      duplex.destroy(reason);
    },
  });
  const start = () => relay(flow('a', a), flow('b', b), options);
  return { application, peer, a, b, cut, resets, start };
}

/** A running relay whose far ends are read as fast as bytes come. */
function reading(options: RelayOptions = {}) {
  const given = startRelay(options);
  given.application.resume();
  given.peer.resume();
  return { ...given, outcome: given.start() };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate();
}

async function received(stream: Duplex): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('clean ends', () => {
  test.each(['application', 'peer'] as const)(
    'the %s ends first; the other direction goes on until its own end',
    async (name) => {
      const { application, peer, start } = startRelay();
      const [first, second] = name === 'application' ? [application, peer] : [peer, application];
      const outcome = start();
      first.end('question');
      expect(await received(second)).toBe('question');
      expect(first.readableEnded).toBe(false);
      second.write('ans');
      second.end('wer');
      expect(await received(first)).toBe('answer');
      const [aToB, bToA] = name === 'application' ? [8, 6] : [6, 8];
      expect(await outcome).toEqual({ clean: true, broken: null, reason: null, bytes: { aToB, bToA } });
    },
  );

  test('an end that came before the relay began goes over all the same', async () => {
    const { application, peer, a, start } = startRelay();
    application.end();
    a.resume();
    await once(a, 'end');
    const outcome = start();
    expect(await received(peer)).toBe('');
    peer.end('answer');
    expect(await received(application)).toBe('answer');
    expect(await outcome).toMatchObject({ clean: true, bytes: { aToB: 0, bToA: 6 } });
  });

  test('nothing is reset', async () => {
    const { application, peer, resets, outcome } = reading();
    application.end();
    peer.end();
    await outcome;
    expect(resets).toEqual({ a: [], b: [] });
  });
});

describe('a break', () => {
  test.each(['a', 'b'] as const)('of %s resets both sides with its reason', async (side) => {
    const { resets, outcome, ...sides } = reading();
    sides[side].destroy(new Error('line cut'));
    expect(await outcome).toMatchObject({ clean: false, broken: side, reason: { message: 'line cut' } });
    expect(resets.a[0]).toBe('line cut');
    expect(resets.b[0]).toBe('line cut');
  });

  test.each(['a', 'b'] as const)('an unclean end of %s never arrives as an end', async (side) => {
    const { application, peer, cut, resets, outcome } = reading();
    const [from, to] = side === 'a' ? [application, peer] : [peer, application];
    cut[side] = true;
    from.end('half a mess');
    expect(await outcome).toMatchObject({
      clean: false,
      broken: side,
      reason: { message: 'cut by the peer' },
    });
    expect(resets[side === 'a' ? 'b' : 'a']).toContain('cut by the peer');
    expect(to.readableEnded).toBe(false);
  });

  test('that came before the relay began counts, and the relay resolves', async () => {
    const { a, resets, peer, start } = startRelay();
    a.on('error', () => undefined).destroy(new Error('gone already'));
    await new Promise((done) => a.once('close', done));
    peer.resume();
    expect(await start()).toMatchObject({ clean: false, broken: 'a', reason: { message: 'gone already' } });
    expect(resets.b).toContain('gone already');
  });

  test('without an error is one too', async () => {
    const { b, outcome } = reading();
    b.destroy();
    expect(await outcome).toMatchObject({
      clean: false,
      broken: 'b',
      reason: { message: 'ended before its time' },
    });
  });

  test('of both sides is told as that of the first', async () => {
    const { a, b, outcome } = reading();
    a.destroy(new Error('first'));
    b.destroy(new Error('second'));
    expect(await outcome).toMatchObject({ broken: 'a', reason: { message: 'first' } });
  });
});

test('backpressure: a side that does not read stops the other, and loses nothing', async () => {
  const bytes = { aToB: 0, bToA: 0 };
  const { application, peer, a, b, start } = startRelay({ bytes });
  application.resume();
  const outcome = start();
  const piece = Buffer.alloc(16 * 1024, 'x');
  const total = 200 * piece.length;
  for (let sent = 0; sent < total; sent += piece.length) application.write(piece);
  application.end();
  await until(() => b.writableNeedDrain && a.isPaused());
  // No more has been taken than the buffers between the two hold.
  expect(bytes.aToB).toBeLessThan(total / 10);
  expect(b.writableLength).toBeLessThanOrEqual(bytes.aToB);
  expect((await received(peer)).length).toBe(total);
  peer.end();
  expect(await outcome).toMatchObject({ clean: true, bytes: { aToB: total, bToA: 0 } });
});

test('bytes are counted while the flow is open', async () => {
  const bytes = { aToB: 0, bToA: 0 };
  const { application, peer, outcome } = reading({ bytes });
  const arrived = once(peer, 'data');
  application.write('four');
  await arrived;
  expect(bytes).toEqual({ aToB: 4, bToA: 0 });
  application.end();
  peer.end();
  expect((await outcome).bytes).toEqual(bytes);
});

function limited() {
  const clock = manualClock();
  const schedule = (ms: number, run: () => void) => clock.setTimer(run, ms).cancel;
  return { clock, ...reading({ halfCloseLimit: { endOf: 'a', idleMs, schedule } }) };
}

describe('after the application has ended', () => {
  test('a peer that stays silent has broken the flow once the time is up', async () => {
    const { clock, application, peer, outcome } = limited();
    application.end('all');
    await once(peer, 'end');
    clock.advance(idleMs - 1);
    expect(clock.pending()).toBe(1);
    clock.advance(1);
    expect(await outcome).toMatchObject({ clean: false, broken: 'b', bytes: { aToB: 3, bToA: 0 } });
  });

  test('the time runs as well if that was before the relay began', async () => {
    const clock = manualClock();
    const schedule = (ms: number, run: () => void) => clock.setTimer(run, ms).cancel;
    const { application, peer, a, start } = startRelay({ halfCloseLimit: { endOf: 'a', idleMs, schedule } });
    peer.resume();
    application.end();
    await once(a.resume(), 'end');
    const outcome = start();
    clock.advance(idleMs);
    expect(await outcome).toMatchObject({ clean: false, broken: 'b' });
  });

  test('a peer that goes on sending has the time anew with every byte', async () => {
    const { clock, application, peer, outcome } = limited();
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
  const { clock, application, peer, outcome } = limited();
  peer.end('all');
  await once(application, 'end');
  clock.advance(idleMs * 100);
  expect(clock.pending()).toBe(0);
  application.end('late');
  expect(await outcome).toMatchObject({ clean: true, bytes: { aToB: 4, bToA: 3 } });
});
