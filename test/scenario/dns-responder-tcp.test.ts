// DNS over TCP at the responder: fragments, pipelines, transfers, and both ends' ways to go away.
import { afterEach, describe, expect, it } from 'vitest';
import { frameDnsMessage } from '../../agent/core/dns-frames.ts';
import { addressesIn, answerTo, createDnsBench, hasDnsLoopback } from '../support/dns-bench.ts';
import { dnsQuestion, rcodeOf } from '../support/dns-client.ts';

const hasLoopback = await hasDnsLoopback();

const bench = createDnsBench();
const { ending, rigBefore, tcpAsker, tcpPeer } = bench;
afterEach(bench.end);

describe.skipIf(!hasLoopback)('over TCP', () => {
  it('a question byte by byte is answered, acquired or not', async () => {
    const rig = await rigBefore(
      await tcpPeer((question, write) => write(frameDnsMessage(answerTo(question)))),
    );
    const asker = await tcpAsker(rig);
    for (const [name, address] of [
      ['www.acquired.test', '6.6.0.1'],
      ['plain.test', '192.0.2.7'],
    ] as const) {
      for (const byte of frameDnsMessage(dnsQuestion(name))) {
        asker.socket.write(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
      expect(addressesIn(await asker.next())).toEqual([address]);
    }
  });

  it('many questions at once are answered as answers come, not in their order', async () => {
    const waiting: (() => void)[] = [];
    const port = await tcpPeer((question, write) => {
      waiting.push(() => write(frameDnsMessage(answerTo(question, `192.0.2.${question.readUInt16BE(0)}`))));
      if (waiting.length === 20) waiting.reverse().forEach((answer) => answer());
    });
    const rig = await rigBefore(port);
    const asker = await tcpAsker(rig);
    const questions = Array.from({ length: 20 }, (_, id) =>
      frameDnsMessage(dnsQuestion('plain.test', { id })),
    );
    asker.socket.write(
      Buffer.concat([...questions, frameDnsMessage(dnsQuestion('www.acquired.test', { id: 99 }))]),
    );
    const ids: number[] = [];
    while (ids.length < 21) ids.push((await asker.next()).readUInt16BE(0));
    expect(ids[0]).toBe(99);
    expect(ids.slice(1)).toEqual(Array.from({ length: 20 }, (_, i) => 19 - i));
  });

  it('a program that has said its last word still gets its answers', async () => {
    const rig = await rigBefore(
      await tcpPeer((question, write) => write(frameDnsMessage(answerTo(question)))),
    );
    const asker = await tcpAsker(rig);
    asker.socket.end(frameDnsMessage(dnsQuestion('plain.test')));
    expect(addressesIn(await asker.next())).toEqual(['192.0.2.7']);
    await asker.closed;
  });

  it('every message of a zone transfer comes through', async () => {
    const port = await tcpPeer((question, write) => {
      for (let i = 0; i < 5; i++) write(frameDnsMessage(answerTo(question, `192.0.2.${i}`)));
    });
    const asker = await tcpAsker(await rigBefore(port));
    asker.send(dnsQuestion('contoso.test', { type: 'AXFR' }));
    for (let i = 0; i < 5; i++) expect(addressesIn(await asker.next())).toEqual([`192.0.2.${i}`]);
  });

  it('a nameserver that closes is asked again for the next question', async () => {
    let questions = 0;
    const port = await tcpPeer((question, write, close) => {
      questions += 1;
      if (questions === 1) close();
      else write(frameDnsMessage(answerTo(question)));
    });
    const asker = await tcpAsker(await rigBefore(port));
    asker.send(dnsQuestion('plain.test', { id: 1 }));
    expect(rcodeOf(await asker.next())).toBe('SERVFAIL');
    asker.send(dnsQuestion('plain.test', { id: 2 }));
    expect(addressesIn(await asker.next())).toEqual(['192.0.2.7']);
  });

  it('a silent nameserver is SERVFAIL in the end, and the connection goes on', async () => {
    const asker = await tcpAsker(await rigBefore(await tcpPeer(() => undefined), { idleMs: 150 }));
    asker.send(dnsQuestion('plain.test'));
    expect(rcodeOf(await asker.next())).toBe('SERVFAIL');
    asker.send(dnsQuestion('www.acquired.test'));
    expect(addressesIn(await asker.next())).toEqual(['6.6.0.1']);
  });

  it('who sends no whole question in time is left', async () => {
    const rig = await rigBefore(9, { idleMs: 150 });
    const asker = await tcpAsker(rig);
    const dripping = setInterval(() => asker.socket.write(Buffer.from([0xff])), 20);
    ending(dripping, clearInterval);
    await asker.closed;
    const silent = await tcpAsker(rig);
    await silent.closed;
  });

  it('who sends what is no question at all is left', async () => {
    const asker = await tcpAsker(await rigBefore(9));
    asker.send(Buffer.from('too short'));
    await asker.closed;
  });

  it('connections and waiting questions have a limit', async () => {
    const rig = await rigBefore(await tcpPeer(() => undefined), { connections: 2, pending: 1 });
    const first = await tcpAsker(rig);
    const second = await tcpAsker(rig);
    second.send(dnsQuestion('www.acquired.test'));
    await second.next();
    await (
      await tcpAsker(rig)
    ).closed;
    first.send(dnsQuestion('plain.test', { id: 1 }));
    first.send(dnsQuestion('plain.test', { id: 2 }));
    const refused = await first.next();
    expect([refused.readUInt16BE(0), rcodeOf(refused)]).toEqual([2, 'SERVFAIL']);
  });
});
