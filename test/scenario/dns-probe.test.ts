// Asking DNS servers for the asker's own address over real sockets: a real one, and peers that lie or send too much.
import packet from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../agent/clock.ts';
import type { AddressRecord } from '../../agent/core/dns-answer.ts';
import { dnsProbe, type DnsTarget } from '../../agent/egress/dns-probe.ts';
import { type DatagramPeer, type Question, startDatagramPeer } from '../support/datagram-peer.ts';
import { dnsmasq, startDnsmasq, startWhoami } from '../support/dns-server.ts';
import { closedPort, type Origin, startOrigin } from '../support/origins.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

if (dnsmasq === null) process.stdout.write('dnsmasq skipped: missing (package dnsmasq-base)\n');

const a: AddressRecord = { name: 'myip.contoso.test', type: 'A', class: 'IN' };
const txt: AddressRecord = { name: 'whoami.contoso.test', type: 'TXT', class: 'IN' };
const chaos: AddressRecord = { name: 'whoami.contoso', type: 'TXT', class: 'CH' };

const peers: DatagramPeer[] = [];
const origins: Origin[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await Promise.all(origins.splice(0).map((origin) => origin.close()));
});

async function outcome(target: Partial<DnsTarget> & Pick<DnsTarget, 'servers' | 'record'>): Promise<string> {
  const probe = dnsProbe({ family: 'ipv4', localAddress: null, budgetMs: 5000, ...target }, systemClock);
  const answer = await probe(new AbortController().signal);
  return answer.kind === 'seen' ? answer.address.text : `${answer.reason}: ${answer.detail}`;
}

type Reply = {
  readonly data?: unknown;
  readonly record?: AddressRecord;
  readonly id?: number;
  readonly flags?: number;
};

function replyTo(message: Buffer, { data, record = a, id, flags = 0 }: Reply): Uint8Array {
  const { name, type, class: kind } = record;
  const answer = { name, type, class: kind, ttl: 0, data } as packet.Answer;
  return packet.encode({
    type: 'response',
    id: id ?? packet.decode(message).id ?? 0,
    flags,
    questions: [{ name, type, class: kind }],
    answers: data === undefined ? [] : [answer],
  });
}

async function startPeer(handle: (message: Buffer, question: Question) => void): Promise<DatagramPeer> {
  const peer = await startDatagramPeer('127.0.0.1', handle);
  peers.push(peer);
  return peer;
}

const at = (port: number, address = '127.0.0.1') => ({ servers: [{ address, port }] });

describe.skipIf(dnsmasq === null)('dnsmasq', () => {
  let group: ProgramGroup;
  afterEach(() => group.end());

  it('answers for A, AAAA and TXT, over either family, and over TCP what does not fit a datagram', async () => {
    group = createProgramGroup();
    const port = await closedPort();
    const filler = ['a', 'b', 'c'].map((letter) => `--txt-record=long.contoso.test,${letter.repeat(250)}`);
    await startDnsmasq(group, ['127.0.0.1', '::1'], port, [
      '--address=/myip.contoso.test/192.0.2.7',
      '--address=/myip.contoso.test/2001:db8::7',
      '--txt-record=whoami.contoso.test,192.0.2.8',
      ...filler,
      '--txt-record=long.contoso.test,192.0.2.9',
    ]);
    const long = { ...txt, name: 'long.contoso.test' };
    expect(await outcome({ ...at(port), record: a })).toBe('192.0.2.7');
    const aaaa = { ...a, type: 'AAAA' } as const;
    expect(await outcome({ ...at(port, '::1'), record: aaaa, family: 'ipv6' })).toBe('2001:db8::7');
    expect(await outcome({ ...at(port), record: txt })).toBe('192.0.2.8');
    expect(await outcome({ ...at(port), record: long })).toBe('192.0.2.9');
    expect(await outcome({ ...at(port), record: { ...txt, name: 'other.contoso.test' } })).toBe(
      'refused: the server answered REFUSED',
    );
  });
});

describe('a server that knows who asks', () => {
  it('tells it in a quoted TXT record of class CH', async () => {
    const peer = await startWhoami('127.0.0.1');
    peers.push(peer);
    expect(await outcome({ ...at(peer.port), record: chaos, localAddress: '127.0.0.7' })).toBe('127.0.0.7');
  });

  it('is asked each time with another id and from another port', async () => {
    const from: number[] = [];
    const peer = await startPeer((message, { port, send }) => {
      from.push(port);
      send(replyTo(message, { data: '192.0.2.7' }));
    });
    for (let i = 0; i < 8; i++) await outcome({ ...at(peer.port), record: a });
    expect(new Set(from).size).toBeGreaterThan(4);
    expect(new Set(peer.received.map(({ bytes }) => bytes.readUInt16BE(0))).size).toBeGreaterThan(4);
  });

  it('is heard after forged answers', async () => {
    const peer = await startPeer((message, { send }) => {
      send(replyTo(message, { data: '192.0.2.66', id: (message.readUInt16BE(0) + 1) & 0xffff }));
      send(replyTo(message, { data: '192.0.2.66', record: { ...a, name: 'other.test' } }));
      send(message);
      send(replyTo(message, { data: '192.0.2.7' }));
    });
    expect(await outcome({ ...at(peer.port), record: a })).toBe('192.0.2.7');
  });

  it('is asked after another one was silent', async () => {
    const silent = await startPeer(() => undefined);
    const peer = await startPeer((message, { send }) => send(replyTo(message, { data: '192.0.2.7' })));
    const servers = [...at(silent.port).servers, ...at(peer.port).servers];
    expect(await outcome({ servers, record: a, budgetMs: 600 })).toBe('192.0.2.7');
    expect(silent.received.length).toBeGreaterThan(0);
  });
});

describe('a server that does not tell', () => {
  it.each<[string, (message: Buffer, question: Question) => void, RegExp]>([
    ['silence', () => undefined, /^timeout: no answer within 300 ms$/],
    [
      'another id',
      (m, { send }) => send(replyTo(m, { data: '192.0.2.66', id: (m.readUInt16BE(0) + 1) & 0xffff })),
      /^unexpected-answer: only other messages came \(1\): the answer to another question$/,
    ],
    [
      'an answer from another port',
      (m, { sendFromElsewhere }) => sendFromElsewhere(replyTo(m, { data: '192.0.2.66' })),
      /^timeout: /,
    ],
    [
      'an answer too long',
      (m, { send }) => send(Buffer.concat([replyTo(m, { data: '192.0.2.66' }), Buffer.alloc(5000)])),
      /^unexpected-answer: .* are no DNS answer$/,
    ],
    ['no record', (m, { send }) => send(replyTo(m, {})), /^malformed: no such record$/],
    ['an error', (m, { send }) => send(replyTo(m, { flags: 2 })), /^refused: the server answered SERVFAIL$/],
    [
      'garbage with the right id',
      (m, { send }) => send(Buffer.concat([m.subarray(0, 2), Buffer.alloc(40, 0xff)])),
      /^unexpected-answer: .*it cannot be read/,
    ],
  ])('%s', async (_, handle, expected) => {
    const peer = await startPeer(handle);
    const before = performance.now();
    expect(await outcome({ ...at(peer.port), record: a, budgetMs: 300 })).toMatch(expected);
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it('a TXT record that is text, or an address of the other family', async () => {
    let data = 'x'.repeat(200);
    const peer = await startPeer((m, { send }) => send(replyTo(m, { data, record: txt })));
    const ask = () => outcome({ ...at(peer.port), record: txt });
    expect(await ask()).toBe('malformed: the record holds no address');
    data = '2001:db8::7';
    expect(await ask()).toBe('wrong-family: 2001:db8::7');
  });

  it('a closed port is unreachable', async () => {
    expect(await outcome({ ...at(await closedPort()), record: a })).toMatch(/^unreachable: .*ECONNREFUSED/);
  });
});

describe('an answer that is truncated is asked for over TCP,', () => {
  /** TCP and UDP on one port; UDP answers that it is truncated. */
  async function startTruncating(answer: (question: Buffer) => readonly Uint8Array[]): Promise<number> {
    for (;;) {
      const tcp = await startOrigin((socket) => {
        socket.once('data', (chunk: Buffer) => {
          for (const part of answer(chunk.subarray(2))) socket.write(part);
        });
      });
      origins.push(tcp);
      const taken = await startDatagramPeer(
        '127.0.0.1',
        (message, { send }) => {
          send(replyTo(message, { flags: packet.TRUNCATED_RESPONSE }));
        },
        tcp.port,
      ).catch(() => null);
      // Somebody else has that UDP port: another pair may be free.
      if (taken === null) continue;
      peers.push(taken);
      return tcp.port;
    }
  }
  const framed = (message: Uint8Array): Buffer => {
    const prefix = Buffer.alloc(2);
    prefix.writeUInt16BE(message.length);
    return Buffer.concat([prefix, message]);
  };

  it('in pieces', async () => {
    const port = await startTruncating((question) => {
      const whole = framed(replyTo(question, { data: '192.0.2.7' }));
      return [whole.subarray(0, 1), whole.subarray(1, 9), whole.subarray(9)];
    });
    expect(await outcome({ ...at(port), record: a })).toBe('192.0.2.7');
  });

  it.each<[string, (question: Buffer) => readonly Uint8Array[], RegExp]>([
    ['which stays silent', () => [], /^timeout: /],
    ['which drips', () => [Buffer.from([0])], /^timeout: /],
    [
      'which announces too much',
      () => [Buffer.from([0xff, 0xff])],
      /^unexpected-answer: longer than 4096 bytes$/,
    ],
    [
      'which is truncated again',
      (q) => [framed(replyTo(q, { flags: packet.TRUNCATED_RESPONSE }))],
      /^malformed: truncated over TCP too$/,
    ],
    [
      'which answers another question',
      (q) => [framed(replyTo(q, { id: (q.readUInt16BE(0) + 1) & 0xffff }))],
      /^unexpected-answer: the answer to another question$/,
    ],
  ])('%s', async (_, answer, expected) => {
    expect(await outcome({ ...at(await startTruncating(answer)), record: a, budgetMs: 400 })).toMatch(
      expected,
    );
  });
});
