// Hostile messages: whatever bytes come, each is forwarded, answered by the rules of DNS, or dropped, in no time, and the
// responder goes on. OPENGSA_DNS_MESSAGES says how many are tried; the suite "dns" tries more than a million.
import packet from 'dns-packet';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseAddress } from '../../../../protocol/address.ts';
import { frameDnsMessage } from '../../../../agent/core/dns-frames.ts';
import { type Acquire, failureOf, handleDnsMessage } from '../../../../agent/core/dns-handling.ts';
import { answersMessage } from '../../../../agent/core/dns-match.ts';
import { addressesIn, answerTo, createDnsBench, hasDnsLoopback } from '../../../support/dns-bench.ts';
import { dnsQuestion, rcodeOf } from '../../../support/dns-client.ts';
import { mutatedDnsMessages } from '../../../support/dns-messages.ts';
import type { DnsRig } from '../../../support/dns-rig.ts';

const count = Number(process.env.OPENGSA_DNS_MESSAGES ?? 20_000);
const seed = Number(process.env.OPENGSA_SEED ?? 20_261_127);
/** Every tenth goes through sockets too. */
const socketCount = Math.ceil(count / 10);
/** No message is worth more of the agent's time, in ms; most take some microseconds. */
const slowMs = 10;
/** A guard against a hang: five thousand a second is far below what is seen. */
const patienceMs = 60_000 + count / 5;

const acquire: Acquire = (name) =>
  name.endsWith('.acquired.test') ? { address: parseAddress('6.6.0.1')!, ruleId: 'r1' } : null;

describe('a hostile message', () => {
  it(
    'is forwarded, answered or dropped, and what is answered is a sound reply to it',
    () => {
      const kinds = { reply: 0, forward: 0, drop: 0 };
      const slow: Buffer[] = [];
      fc.assert(
        fc.property(mutatedDnsMessages, (message) => {
          const before = performance.now();
          const handling = handleDnsMessage(message, acquire);
          if (performance.now() - before > slowMs) slow.push(message);
          kinds[handling.kind] += 1;
          if (handling.kind === 'reply') expectSound(handling.message, message);
          else if (handling.kind === 'forward') expectSound(failureOf(message)!, message);
          // Nobody answers what is no question.
          else expect(message.length < 12 || (message[2]! & 0x80) !== 0).toBe(true);
        }),
        { seed, numRuns: count },
      );
      // The changes reach every branch, and not only the first check.
      expect(Math.min(...Object.values(kinds))).toBeGreaterThan(count / 50);
      // What was slow while the machine did something else is fast another time; a message that costs too much is not.
      expect(slow.filter((message) => leastMs(message) > slowMs)).toEqual([]);
    },
    patienceMs,
  );
});

function leastMs(message: Buffer): number {
  const times = Array.from({ length: 5 }, () => {
    const before = performance.now();
    handleDnsMessage(message, acquire);
    return performance.now() - before;
  });
  return Math.min(...times);
}

/** As a decoder that is not ours reads it: small, of the message's id and opcode, and nothing but synthetic addresses. */
function expectSound(reply: Uint8Array, message: Buffer): void {
  const decoded = packet.decode(Buffer.from(reply));
  if (decoded.type !== 'response' || decoded.id !== message.readUInt16BE(0)) throw new Error('not its reply');
  if ((reply[2]! & 0x78) !== (message[2]! & 0x78)) throw new Error('another opcode');
  if (reply.length > 1232) throw new Error(`a reply of ${reply.length} bytes`);
  if (!addressesIn(reply).every((address) => address === '6.6.0.1')) throw new Error('a foreign address');
  if (rcodeOf(reply) === 'NOERROR' && !answersMessage(reply, message)) throw new Error('another question');
}

describe.skipIf(!(await hasDnsLoopback()))('a responder under fire', () => {
  const bench = createDnsBench();
  afterEach(bench.end);
  let rig: DnsRig;
  const forwarded = { udp: 0, tcp: 0 };

  beforeEach(async () => {
    const port = await bench.tcpPeer((question, write) => {
      forwarded.tcp += 1;
      write(frameDnsMessage(answerOrRefusal(question)));
    });
    await bench.udpPeer((question, { send }) => {
      forwarded.udp += 1;
      send(answerOrRefusal(question));
    }, port);
    rig = await bench.rigBefore(port, { answerMs: 1000 });
  });

  it(
    'answers the next honest question over UDP',
    async () => {
      const asker = await bench.udpAsker(rig);
      await fire(async (messages, id) => {
        // An answer to a hostile message must not be taken for the one to the honest question.
        for (const message of messages) asker.send(withId(message, 0));
        await expectAlive((question) => asker.ask(question), 1 + (id % 0xfffe));
      });
      expect(forwarded.udp).toBeGreaterThan(socketCount / 50);
      expect(rig.faults).toEqual([]);
    },
    patienceMs,
  );

  it(
    'answers the next honest question over TCP, on the same connection or a fresh one',
    async () => {
      let asker = await bench.tcpAsker(rig);
      await fire(async (messages, id) => {
        for (const message of messages) {
          // Too short for a header: the connection is closed, and that is tested by itself.
          if (message.length < 12 || (message[2]! & 0x80) !== 0) continue;
          asker.send(withId(message, 0));
        }
        await expectAlive(
          async (question) => {
            asker.send(question);
            for (;;) {
              const answer = await asker.next();
              if (answer.readUInt16BE(0) === question.readUInt16BE(0)) return answer;
            }
          },
          1 + (id % 0xfffe),
        );
        if (id % 50 === 0) {
          asker.socket.write(frameDnsMessage(messages[0]!.subarray(0, 11)));
          await asker.closed;
          asker = await bench.tcpAsker(rig);
        }
      });
      expect(forwarded.tcp).toBeGreaterThan(socketCount / 50);
    },
    patienceMs,
  );

  it(
    'goes on after streams that are no DNS at all',
    async () => {
      const streams = fc.sample(fc.uint8Array({ maxLength: 3000 }), { seed, numRuns: 100 });
      for (const bytes of streams) {
        const asker = await bench.tcpAsker(rig);
        asker.socket.write(bytes);
        asker.socket.destroy();
      }
      const asker = await bench.udpAsker(rig);
      await expectAlive((question) => asker.ask(question), 1);
    },
    patienceMs,
  );
});

/** In volleys that the kernel's buffer holds, with one honest question after each. */
async function fire(volley: (messages: readonly Buffer[], index: number) => Promise<void>): Promise<void> {
  const size = 50;
  for (let sent = 0, index = 0; sent < socketCount; sent += size, index += 1) {
    const messages = fc.sample(mutatedDnsMessages, { seed: seed + index, numRuns: size });
    await volley(messages, index);
  }
}

async function expectAlive(ask: (question: Buffer) => Promise<Buffer>, id: number): Promise<void> {
  const [acquired, plain] = [
    dnsQuestion('www.acquired.test', { id }),
    dnsQuestion('plain.test', { id: id + 1 }),
  ];
  const answer = await patiently(() => ask(acquired));
  expect(addressesIn(answer)).toEqual(['6.6.0.1']);
  await vi.waitFor(async () => expect(addressesIn(await ask(plain))).toEqual(['192.0.2.7']), {
    timeout: 10_000,
  });
}

/** Datagrams may be lost, by UDP's own rules. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < 10; tries++) {
    const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), 1000));
    const result = await Promise.race([attempt(), late]);
    if (result !== 'late') return result;
  }
  throw new Error('no answer after ten questions');
}

function withId(message: Buffer, id: number): Buffer {
  const copy = Buffer.from(message);
  if (copy.length >= 2) copy.writeUInt16BE(id);
  return copy;
}

/** What a nameserver says to a message that it cannot read either. */
function answerOrRefusal(question: Buffer): Buffer {
  try {
    return answerTo(question);
  } catch {
    return packet.encode({ type: 'response', id: question.readUInt16BE(0), flags: 1 });
  }
}
