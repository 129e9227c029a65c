// Asking STUN servers over real sockets: a real one, and peers that lie, stay silent or send too much.
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../agent/clock.ts';
import type { ProbeAnswer } from '../../agent/egress/probe.ts';
import { stunProbe, type StunTarget } from '../../agent/egress/stun-probe.ts';
import { parseAddress } from '../../protocol/address.ts';
import { type DatagramPeer, type Question, startDatagramPeer } from '../support/datagram-peer.ts';
import { closedPort } from '../support/origins.ts';
import { createProgramGroup } from '../support/processes.ts';
import {
  addressAttribute,
  errorAttribute,
  stunMessage,
  stunTypes,
  withFingerprint,
} from '../support/stun-messages.ts';
import { startStunServer, turnserver } from '../support/stun-server.ts';

if (turnserver === null) process.stdout.write('coturn skipped: missing (package coturn)\n');

let peer: DatagramPeer | null = null;
afterEach(() => {
  peer?.close();
  peer = null;
});

type Handler = (question: Question, transactionId: Uint8Array) => void;

async function startPeer(handle: Handler, host = '127.0.0.1'): Promise<number> {
  peer = await startDatagramPeer(host, (message, question) => handle(question, message.subarray(8, 20)));
  return peer.port;
}

function ask(target: Partial<StunTarget>, signal = new AbortController().signal): Promise<ProbeAnswer> {
  const defaults = {
    family: 'ipv4',
    host: '127.0.0.1',
    port: 3478,
    localAddress: null,
    budgetMs: 5000,
  } as const;
  return stunProbe({ ...defaults, ...target }, systemClock)(signal);
}

async function outcome(target: Partial<StunTarget>): Promise<string> {
  const answer = await ask(target);
  return answer.kind === 'seen' ? answer.address.text : `${answer.reason}: ${answer.detail}`;
}

function seen(address: string, transactionId: Uint8Array, type = 0x0020): Uint8Array {
  const { bytes } = parseAddress(address)!;
  return stunMessage(stunTypes.success, transactionId, [addressAttribute(type, bytes, transactionId)]);
}

describe.skipIf(turnserver === null)('coturn', () => {
  it('tells the address that the question came from, over either family', async () => {
    const group = createProgramGroup();
    try {
      const port = await closedPort();
      await startStunServer(group, ['127.0.0.1', '::1'], port);
      expect(await outcome({ port })).toBe('127.0.0.1');
      expect(await outcome({ port, localAddress: '127.0.0.7' })).toBe('127.0.0.7');
      expect(await outcome({ port, host: '::1', family: 'ipv6' })).toBe('::1');
      expect(await outcome({ port, host: 'localhost' })).toBe('127.0.0.1');
    } finally {
      await group.end();
    }
  });
});

describe('a server that answers', () => {
  it.each([
    ['by the type of the draft', 0x8020],
    ['plainly, as before RFC 5389', 0x0001],
  ])('%s is understood', async (_, type) => {
    const port = await startPeer(({ address, send }, id) => send(seen(address, id, type)));
    expect(await outcome({ port, localAddress: '127.0.0.7' })).toBe('127.0.0.7');
  });

  it('after a lost question is asked again with the same transaction, each wait twice as long', async () => {
    const at: number[] = [];
    const port = await startPeer(({ earlier, address, send }, id) => {
      at.push(performance.now());
      if (earlier === 2) send(withFingerprint(seen(address, id)));
    });
    expect(await outcome({ port })).toBe('127.0.0.1');
    expect(new Set(peer!.received.map(({ bytes }) => bytes.toString('hex'))).size).toBe(1);
    const waits = at.slice(1).map((time, i) => time - at[i]!);
    expect(waits[0]).toBeGreaterThan(450);
    expect(waits[1]).toBeGreaterThan(950);
  });

  it('after forged answers is still heard', async () => {
    const port = await startPeer(({ address, send }, id) => {
      send(
        seen(
          '192.0.2.66',
          id.map((byte) => byte ^ 1),
        ),
      );
      send(Buffer.from('garbage'));
      send(seen(address, id));
    });
    expect(await outcome({ port })).toBe('127.0.0.1');
  });

  it('each question has a transaction of its own', async () => {
    const port = await startPeer(({ address, send }, id) => send(seen(address, id)));
    await ask({ port });
    await ask({ port });
    expect(new Set(peer!.received.map(({ bytes }) => bytes.toString('hex'))).size).toBe(2);
  });
});

describe('a server that does not tell', () => {
  it.each<[string, Handler, RegExp]>([
    ['silence', () => undefined, /^timeout: no answer within 300 ms$/],
    [
      'another transaction',
      ({ send }, id) =>
        send(
          seen(
            '192.0.2.66',
            id.map((byte) => byte ^ 1),
          ),
        ),
      /^unexpected-answer: only other messages came \(1\): the answer to another request$/,
    ],
    [
      'an answer from another port',
      ({ sendFromElsewhere }, id) => sendFromElsewhere(seen('192.0.2.66', id)),
      /^timeout: /,
    ],
    [
      'a datagram too long',
      ({ send }, id) => send(Buffer.concat([seen('192.0.2.66', id), Buffer.alloc(9000)])),
      /^unexpected-answer: .* 9032 bytes are no STUN answer$/,
    ],
    [
      'an answer cut off',
      ({ send }, id) => send(seen('192.0.2.66', id).subarray(0, 30)),
      /^unexpected-answer: .*its length is not what it says$/,
    ],
    [
      'no address',
      ({ send }, id) => send(stunMessage(stunTypes.success, id)),
      /^malformed: it names no address$/,
    ],
    [
      'an address of the other family',
      ({ send }, id) => send(seen('2001:db8::7', id)),
      /^wrong-family: 2001:db8::7$/,
    ],
    [
      'an error',
      ({ send }, id) => send(stunMessage(stunTypes.error, id, [errorAttribute(401, 'Unauthorized')])),
      /^refused: the server answered 401 Unauthorized$/,
    ],
    [
      'its own question',
      ({ send }, id) => send(stunMessage(stunTypes.request, id)),
      /^unexpected-answer: .*message type 0x0001$/,
    ],
    [
      'a flood',
      ({ send }) => {
        for (let i = 0; i < 200; i++) send(Buffer.alloc(20));
      },
      /^unexpected-answer: only other messages came \(64\)/,
    ],
  ])('%s', async (_, handle, expected) => {
    const port = await startPeer(handle);
    const before = performance.now();
    expect(await outcome({ port, budgetMs: 300 })).toMatch(expected);
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it('a closed port is unreachable at once, by the ICMP error', async () => {
    const before = performance.now();
    expect(await outcome({ port: 9, host: '127.0.0.99' })).toMatch(/^unreachable: .*ECONNREFUSED/);
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it('a source address that is not this device’s is no route', async () => {
    expect(await outcome({ localAddress: '192.0.2.1' })).toMatch(/^no-route: .*EADDRNOTAVAIL/);
  });

  it('a name that does not resolve is not found', async () => {
    // A label of more than 63 characters is refused by the resolver itself; no query leaves the machine.
    expect(await outcome({ host: `${'s'.repeat(64)}.test` })).toMatch(/^name-not-found: /);
  });

  it('nobody wants the answer any more', async () => {
    const port = await startPeer(() => undefined);
    const abort = new AbortController();
    const asked = ask({ port }, abort.signal);
    await expect.poll(() => peer!.received.length).toBe(1);
    abort.abort();
    expect(await asked).toEqual({ kind: 'failed', reason: 'aborted', detail: '' });
  });
});
