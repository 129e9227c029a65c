// The relay between real sockets: bytes intact, each end passed on as what it was.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type net from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAll, type RelayChain, startRelayChain } from '../support/relay-chain.ts';

let chain: RelayChain;
beforeEach(async () => {
  chain = await startRelayChain();
});
afterEach(() => chain.close());

async function received(socket: net.Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

describe('clean ends', () => {
  test('the application ends first; what the origin sends afterwards arrives, then its end', async () => {
    const { app, origin, agentOutcome, edgeOutcome } = await chain.open();
    app.end('question');
    expect(await readAll(origin)).toEqual({ bytes: Buffer.from('question'), end: 'fin' });
    origin.end('answer');
    expect(await readAll(app)).toEqual({ bytes: Buffer.from('answer'), end: 'fin' });
    expect(await agentOutcome).toEqual({
      clean: true,
      broken: null,
      reason: null,
      bytes: { aToB: 8, bToA: 6 },
    });
    expect(await edgeOutcome).toMatchObject({ clean: true, bytes: { aToB: 8, bToA: 6 } });
  });

  test('a server that speaks first and ends at once', async () => {
    const { app, origin, agentOutcome } = await chain.open();
    origin.end('220 mail.contoso.test\r\n');
    expect((await readAll(app)).end).toBe('fin');
    app.end('data after the end of the other direction');
    expect((await readAll(origin)).bytes.toString()).toBe('data after the end of the other direction');
    expect(await agentOutcome).toMatchObject({ clean: true });
  });

  test('10 MiB each way at once arrive intact', async () => {
    const { app, origin } = await chain.open();
    const [up, down] = [randomBytes(10 * 1024 * 1024), randomBytes(10 * 1024 * 1024)];
    app.end(up);
    origin.end(down);
    const [atOrigin, atApp] = await Promise.all([readAll(origin), readAll(app)]);
    expect([hash(atOrigin.bytes), atOrigin.end]).toEqual([hash(up), 'fin']);
    expect([hash(atApp.bytes), atApp.end]).toEqual([hash(down), 'fin']);
  });

  test('GOAWAY without error lets an open flow go on to its end', async () => {
    const { app, origin, agentOutcome } = await chain.open();
    chain.edgeSession().close();
    await once(chain.session, 'goaway');
    app.end('late question');
    expect((await readAll(origin)).bytes.toString()).toBe('late question');
    origin.end('late answer');
    expect(await readAll(app)).toEqual({ bytes: Buffer.from('late answer'), end: 'fin' });
    expect(await agentOutcome).toMatchObject({ clean: true });
  });
});

describe('breaks are resets at the application', () => {
  const breaks: Record<string, (flow: { app: net.Socket; origin: net.Socket }) => void> = {
    'the origin resets': ({ origin }) => origin.resetAndDestroy(),
    'the tunnel connection is reset': () => chain.wire.resetAndDestroy(),
    'the tunnel connection is ended by FIN': () => chain.wire.destroy(),
    'the edge destroys the session': () => chain.edgeSession().destroy(),
    'the agent destroys the session': () => chain.session.destroy(),
    'the edge sends GOAWAY with an error': () => chain.edgeSession().goaway(11),
  };
  for (const [name, cut] of Object.entries(breaks)) {
    test(`${name}, both directions open`, async () => {
      const flow = await chain.open();
      flow.origin.write('part');
      expect(await received(flow.app)).toBe('part');
      cut(flow);
      expect(await readAll(flow.app)).toMatchObject({ end: 'reset' });
      expect(await flow.agentOutcome).toMatchObject({ clean: false });
    });

    test(`${name}, after the application had ended its direction`, async () => {
      const flow = await chain.open();
      flow.app.end('question');
      await readAll(flow.origin);
      flow.origin.write('part');
      expect(await received(flow.app)).toBe('part');
      cut(flow);
      expect(await readAll(flow.app)).toMatchObject({ end: 'reset' });
      expect(await flow.agentOutcome).toMatchObject({ clean: false });
    });
  }

  test('an application that resets is a reset at the origin, before and after its own end', async () => {
    const first = await chain.open();
    first.app.write('part');
    expect(await received(first.origin)).toBe('part');
    first.app.resetAndDestroy();
    expect(await readAll(first.origin)).toMatchObject({ end: 'reset' });
    expect(await first.agentOutcome).toMatchObject({ clean: false, broken: 'a' });

    const second = await chain.open();
    second.origin.end('whole');
    expect((await readAll(second.app)).end).toBe('fin');
    second.app.resetAndDestroy();
    const outcome = await second.edgeOutcome;
    expect(outcome).toMatchObject({ clean: false, broken: 'a' });
  });
});

describe('prefix property: what arrives is an exact prefix, and a break is never a clean end', () => {
  const payload = randomBytes(256 * 1024);

  test('over 100 resets of the origin at random bytes', async () => {
    for (let round = 0; round < 4; round += 1) {
      const flows = await Promise.all(Array.from({ length: 25 }, () => chain.open()));
      const seen = await Promise.all(
        flows.map((flow, i) => download(flow, () => flow.origin.resetAndDestroy(), i % 2 === 0)),
      );
      for (const one of seen) expectBrokenPrefix(one);
    }
  });

  const cuts: Record<string, () => void> = {
    'the wire is reset': () => chain.wire.resetAndDestroy(),
    'the wire is closed': () => chain.wire.destroy(),
    'the agent destroys it': () => chain.session.destroy(),
    'the edge destroys it': () => chain.edgeSession().destroy(),
  };
  for (const [name, cut] of Object.entries(cuts)) {
    test(`over 25 flows on a session that dies: ${name}`, async () => {
      const flows = await Promise.all(Array.from({ length: 25 }, () => chain.open()));
      const seen = await Promise.all(
        flows.map((flow, i) => download(flow, () => (i === 0 ? cut() : undefined), i === 0)),
      );
      for (const one of seen) expectBrokenPrefix(one);
    });
  }

  /** Sends the payload down without ending it; calls `cut` when the application has had a random part of it. */
  function download(flow: { app: net.Socket; origin: net.Socket }, cut: () => void, onlyPart: boolean) {
    const offset = 1 + Math.floor(Math.random() * (payload.length - 1));
    let count = 0;
    flow.app.on('data', (chunk: Buffer) => {
      if (count < offset && count + chunk.length >= offset) cut();
      count += chunk.length;
    });
    flow.origin.write(onlyPart ? payload.subarray(0, offset) : payload);
    return readAll(flow.app);
  }

  function expectBrokenPrefix(seen: { bytes: Buffer; end: string }) {
    expect(seen.bytes.equals(payload.subarray(0, seen.bytes.length))).toBe(true);
    expect(seen.end).toBe('reset');
  }
});

describe('churn', () => {
  test('600 flows that end in resets leak no descriptor', async () => {
    const warm = await chain.open();
    warm.app.resetAndDestroy();
    await Promise.all([warm.agentOutcome, warm.edgeOutcome]);
    const before = descriptors();
    for (let round = 0; round < 12; round += 1)
      await Promise.all(Array.from({ length: 50 }, (_, i) => churn(i)));
    await expect.poll(descriptors).toBeLessThanOrEqual(before + 2);
  });

  /** The hard case: a reset that meets a shutdown under way. */
  async function churn(i: number) {
    const { app, origin, agentOutcome, edgeOutcome } = await chain.open();
    if (i % 3 === 0) {
      origin.end('x');
      app.end('y');
      setImmediate(() => origin.resetAndDestroy());
    } else if (i % 3 === 1) {
      app.end();
      origin.resetAndDestroy();
    } else {
      app.resetAndDestroy();
    }
    await Promise.all([agentOutcome, edgeOutcome]);
    app.destroy();
    origin.destroy();
  }
});

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
