// The DNS responder between real programs and a real nameserver, and before nameservers that fail in every way.
import packet from 'dns-packet';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { frameDnsMessage } from '../../agent/core/dns-frames.ts';
import { startDatagramPeer } from '../support/datagram-peer.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { addressesIn, answerTo, createDnsBench, hasDnsLoopback } from '../support/dns-bench.ts';
import { dnsQuestion, openTcpAsker, openUdpAsker, rcodeOf } from '../support/dns-client.ts';
import { captured, type DnsRig, nameserver, startDnsRig } from '../support/dns-rig.ts';
import { dnsmasq, startDnsmasq } from '../support/dns-server.ts';
import { patience } from '../support/patience.ts';
import { createProgramGroup } from '../support/processes.ts';

const dig = installedProgram('dig');
if (dig === null || dnsmasq === null) process.stdout.write('skipped in part: dig or dnsmasq is missing\n');

const hasLoopback = await hasDnsLoopback();

const bench = createDnsBench();
const { ending, rigBefore, udpAsker, udpPeer, tcpPeer } = bench;
afterEach(bench.end);

describe.skipIf(!hasLoopback || dnsmasq === null)('before dnsmasq', () => {
  async function rigBeforeDnsmasq(): Promise<{ rig: DnsRig; port: number }> {
    const group = ending(createProgramGroup(), (one) => one.end());
    const spare = await startDatagramPeer('127.0.0.1', () => undefined);
    const { port } = spare;
    spare.close();
    const many = Array.from({ length: 200 }, (_, i) => `--host-record=many.test,198.51.100.${i}`);
    await startDnsmasq(group, ['127.0.0.1'], port, [
      '--host-record=plain.test,192.0.2.7,2001:db8::7',
      '--host-record=www.acquired.test,192.0.2.9,2001:db8::9',
      '--txt-record=www.acquired.test,text',
      '--local=/test/',
      ...many,
    ]);
    return { rig: await rigBefore(port), port };
  }

  it.skipIf(dig === null)(
    'dig sees synthetic addresses for acquired names, and the rest as it is',
    async () => {
      const { rig } = await rigBeforeDnsmasq();
      const { address, port } = rig.responder.endpoints()[0]!.listening;
      const group = ending(createProgramGroup(), (one) => one.end());
      const ask = async (...question: string[]): Promise<string> => {
        const options = [`@${address}`, '-p', String(port), '+tries=1', '+short'];
        const { stdout, stderr } = await group.run(dig!, [...options, ...question]);
        return stdout.trim().split('\n').toSorted().join(' ') + stderr;
      };
      expect(await ask('WwW.Acquired.test')).toBe('6.6.0.1');
      expect(await ask('+tcp', 'www.acquired.test')).toBe('6.6.0.1');
      expect(await ask('www.acquired.test', 'AAAA')).toBe('');
      expect(await ask('www.acquired.test', 'TYPE65')).toBe('');
      expect(await ask('www.acquired.test', 'ANY')).toBe('');
      expect(await ask('www.acquired.test', 'TXT')).toBe('"text"');
      expect(await ask('plain.test')).toBe('192.0.2.7');
      expect(await ask('+tcp', 'plain.test', 'AAAA')).toBe('2001:db8::7');
      expect(await ask('+cookie', '+dnssec', '+bufsize=1400', 'plain.test')).toBe('192.0.2.7');
      // 200 addresses fit no datagram: TC makes dig ask again over TCP.
      expect((await ask('+bufsize=512', 'many.test')).split(' ')).toHaveLength(200);
    },
  );

  it('learns the real addresses of an acquired name, and shows them with the synthetic one', async () => {
    const { rig } = await rigBeforeDnsmasq();
    const asker = await udpAsker(rig);
    await asker.ask(dnsQuestion('www.acquired.test'));
    await asker.ask(dnsQuestion('plain.test', { id: 2 }));
    await vi.waitFor(
      () =>
        expect(rig.table.list(10)).toMatchObject([
          { name: 'plain.test', acquired: false, originalAddress: null },
          {
            name: 'www.acquired.test',
            acquired: true,
            syntheticAddress: '6.6.0.1',
            originals: { ipv4: ['192.0.2.9'], ipv6: ['2001:db8::9'] },
            ruleId: 'rule-1',
          },
        ]),
      patience,
    );
  });

  it('an answer is the same bytes as without it', async () => {
    const { rig, port } = await rigBeforeDnsmasq();
    const through = await udpAsker(rig);
    const direct = ending(await openUdpAsker({ address: '127.0.0.1', port }), (asker) => asker.close());
    for (const question of [
      dnsQuestion('PlAiN.test'),
      dnsQuestion('plain.test', { payload: 1232, id: 9 }),
      dnsQuestion('missing.test', { id: 10 }),
      dnsQuestion('www.acquired.test', { type: 'TXT', id: 12 }),
      dnsQuestion('version.bind', { type: 'TXT', class: 'CH', id: 13 }),
    ])
      expect(await through.ask(question)).toEqual(await direct.ask(question));
  });
});

describe.skipIf(!hasLoopback)('a nameserver that', () => {
  it('is slow is waited for, while others are answered', async () => {
    const answers: (() => void)[] = [];
    const peer = await udpPeer((question, { send }) => {
      if (packet.decode(question).questions?.[0]?.name === 'slow.test')
        answers.push(() => send(answerTo(question)));
      else send(answerTo(question, '192.0.2.8'));
    });
    const asker = await udpAsker(await rigBefore(peer.port));
    const slow = asker.ask(dnsQuestion('slow.test', { id: 1 }));
    expect(addressesIn(await asker.ask(dnsQuestion('fast.test', { id: 2 })))).toEqual(['192.0.2.8']);
    await vi.waitFor(() => expect(answers).toHaveLength(1), patience);
    answers[0]!();
    expect(addressesIn(await slow)).toEqual(['192.0.2.7']);
  });

  it('has nobody at its port is SERVFAIL at once, so that programs ask their next one', async () => {
    const peer = await startDatagramPeer('127.0.0.1', () => undefined);
    peer.close();
    const asker = await udpAsker(await rigBefore(peer.port));
    expect(rcodeOf(await asker.ask(dnsQuestion('plain.test')))).toBe('SERVFAIL');
    expect(addressesIn(await asker.ask(dnsQuestion('www.acquired.test')))).toEqual(['6.6.0.1']);
  });

  it('is silent is silence to the program, which has its own patience, and its places are free again', async () => {
    const peer = await udpPeer(() => undefined);
    const rig = await rigBefore(peer.port, { answerMs: 100, inFlight: 1 });
    const asker = await udpAsker(rig);
    asker.send(dnsQuestion('plain.test', { id: 1 }));
    await vi.waitFor(() => expect(peer.received).toHaveLength(1), patience);
    expect(rcodeOf(await asker.ask(dnsQuestion('plain.test', { id: 2 })))).toBe('SERVFAIL');
    await vi.waitFor(async () => {
      asker.send(dnsQuestion('plain.test', { id: 3 }));
      await new Promise(setImmediate);
      expect(peer.received.length).toBeGreaterThan(1);
    }, patience);
    expect(asker.received.filter((answer) => answer.readUInt16BE(0) === 1)).toEqual([]);
  });

  it.each<[string, Parameters<typeof startDatagramPeer>[1]]>([
    [
      'another id',
      (question, { send }) => {
        const forged = answerTo(question, '192.0.2.66');
        forged.writeUInt16BE((forged.readUInt16BE(0) + 1) & 0xffff);
        send(forged);
      },
    ],
    [
      'another peer',
      (question, { sendFromElsewhere }) => sendFromElsewhere(answerTo(question, '192.0.2.66')),
    ],
    [
      'another question',
      (_, { send }) => send(answerTo(dnsQuestion('other.test', { id: 0x1234 }), '192.0.2.66')),
    ],
    [
      'garbage',
      (question, { send }) => send(Buffer.concat([question.subarray(0, 2), Buffer.alloc(30, 0xc0)])),
    ],
  ])('answers with %s is not believed; the true answer is', async (_, forge) => {
    const peer = await udpPeer((question, one) => {
      forge(question, one);
      setImmediate(() => one.send(answerTo(question)));
    });
    const asker = await udpAsker(await rigBefore(peer.port));
    expect(addressesIn(await asker.ask(dnsQuestion('plain.test')))).toEqual(['192.0.2.7']);
    expect(asker.received).toHaveLength(1);
  });

  it('asks us in turn, because a rule did not exempt the agent, is SERVFAIL and no endless circle', async () => {
    let circles = 0;
    const again = async (question: Buffer): Promise<Buffer> => {
      circles += 1;
      return (await udpAsker(rig)).ask(question);
    };
    const peer = await udpPeer((question, { send }) => void again(question).then(send));
    const rig = await rigBefore(peer.port, { inFlight: 20 });
    const asker = await udpAsker(rig);
    expect(rcodeOf(await asker.ask(dnsQuestion('plain.test')))).toBe('SERVFAIL');
    expect(circles).toBe(20);
  });

  it('is asked from a port that nobody can foresee', async () => {
    const ports = new Set<number>();
    const peer = await udpPeer((question, { port, send }) => {
      ports.add(port);
      send(answerTo(question));
    });
    const asker = await udpAsker(await rigBefore(peer.port));
    for (let id = 0; id < 8; id++) await asker.ask(dnsQuestion('plain.test', { id }));
    expect(ports.size).toBeGreaterThan(4);
  });
});

describe.skipIf(!hasLoopback)('the original addresses', () => {
  it('are asked once in their time to live, and over TCP where a datagram is too short', async () => {
    const asked: string[] = [];
    const port = await tcpPeer((question, write) => {
      asked.push(`tcp ${packet.decode(question).questions?.[0]?.type ?? ''}`);
      write(frameDnsMessage(answerTo(question)));
    });
    await udpPeer((question, { send }) => {
      const { id = 0, questions = [] } = packet.decode(question);
      asked.push(`udp ${questions[0]?.type ?? ''}`);
      send(packet.encode({ type: 'response', id, flags: packet.TRUNCATED_RESPONSE, questions }));
    }, port);
    const rig = await rigBefore(port);
    const asker = await udpAsker(rig);
    for (let id = 0; id < 5; id++) await asker.ask(dnsQuestion('www.acquired.test', { id }));
    await vi.waitFor(
      () => expect(rig.table.list(1)).toMatchObject([{ originals: { ipv4: ['192.0.2.7'], ipv6: [] } }]),
      patience,
    );
    for (let id = 5; id < 10; id++) await asker.ask(dnsQuestion('www.acquired.test', { id }));
    expect(asked.toSorted()).toEqual(['tcp A', 'tcp AAAA', 'udp A', 'udp AAAA']);
  });

  it('come from the servers behind a stub, and never are synthetic ones', async () => {
    const stub = await udpPeer((question, { send }) => send(answerTo(question, '6.6.0.1')));
    const gone = await startDatagramPeer('127.0.0.1', () => undefined);
    gone.close();
    const uplink = await udpPeer((question, { send }) => send(answerTo(question, '192.0.2.9')));
    const at = (port: number) => nameserver('127.0.0.1', port);
    const rig = ending(
      await startDnsRig([
        captured(at(stub.port), [at(gone.port), at(uplink.port)]),
        captured(at(uplink.port)),
      ]),
      ({ responder }) => responder.close(),
    );
    const asker = await udpAsker(rig);
    await asker.ask(dnsQuestion('www.acquired.test'));
    await vi.waitFor(
      () => expect(rig.table.list(1)).toMatchObject([{ originalAddress: '192.0.2.9' }]),
      patience,
    );
    expect(stub.received).toEqual([]);
  });

  it('that are ours are not learnt', async () => {
    const forwarder = await udpPeer((question, { send }) => send(answerTo(question, '6.6.0.1')));
    const rig = await rigBefore(forwarder.port);
    const asker = await udpAsker(rig);
    await asker.ask(dnsQuestion('www.acquired.test'));
    await vi.waitFor(() => expect(rig.table.list(1)).toMatchObject([{ originals: { ipv6: [] } }]), patience);
    expect(rig.table.list(1)).toMatchObject([{ originalAddress: null, originals: { ipv4: null } }]);
  });
});

describe.skipIf(!hasLoopback)('a change of the nameservers', () => {
  it('keeps the endpoints of those that stay, and what they are about to answer', async () => {
    const answers: (() => void)[] = [];
    const stays = await udpPeer((question, { send }) => answers.push(() => send(answerTo(question))));
    const leaves = await udpPeer((question, { send }) => answers.push(() => send(answerTo(question))));
    const comes = await udpPeer((question, { send }) => send(answerTo(question, '192.0.2.8')));
    const at = (port: number) => captured(nameserver('127.0.0.1', port));
    const rig = ending(await startDnsRig([at(stays.port), at(leaves.port)]), ({ responder }) =>
      responder.close(),
    );
    const [first, second] = rig.responder.endpoints();
    expect([first?.listening.address, second?.listening.address]).toEqual(['127.53.0.1', '127.53.0.2']);
    const askers = await Promise.all(
      [first!, second!].map(async (one) =>
        ending(await openUdpAsker(one.listening), (asker) => asker.close()),
      ),
    );
    const waiting = askers.map((asker) => asker.ask(dnsQuestion('plain.test')));
    await vi.waitFor(() => expect(answers).toHaveLength(2), patience);
    await rig.responder.setNameservers([at(stays.port), at(comes.port)]);
    const [kept, fresh] = rig.responder.endpoints();
    expect(kept).toEqual(first);
    expect(fresh?.listening.address).not.toBe('127.53.0.1');
    answers.forEach((answer) => answer());
    for (const answer of await Promise.all(waiting)) expect(addressesIn(answer)).toEqual(['192.0.2.7']);
    const late = ending(await openUdpAsker(fresh!.listening), (asker) => asker.close());
    expect(addressesIn(await late.ask(dnsQuestion('plain.test')))).toEqual(['192.0.2.8']);
    expect(rig.faults).toEqual([]);
  });

  it('an IPv6 nameserver has a port of its own at ::1', async () => {
    const rig = ending(
      await startDnsRig([captured(nameserver('2001:db8::53', 53)), captured(nameserver('2001:db8::54', 53))]),
      ({ responder }) => responder.close(),
    );
    if (rig.faults.length > 0) {
      // A machine without IPv6 loopback: the nameservers are named and nothing else fails.
      expect(rig.faults.map(({ code }) => code)).toEqual(['address-unavailable', 'address-unavailable']);
      return;
    }
    const places = rig.responder.endpoints().map((one) => one.listening);
    expect(places.map(({ address }) => address)).toEqual(['::1', '::1']);
    expect(places[0]?.port).not.toBe(places[1]?.port);
    const asker = ending(await openUdpAsker(places[0]!), (one) => one.close());
    expect(addressesIn(await asker.ask(dnsQuestion('www.acquired.test')))).toEqual(['6.6.0.1']);
  });

  it('after its end nothing listens any more', async () => {
    const rig = await startDnsRig([captured(nameserver('127.0.0.1', 9))]);
    const place = rig.responder.endpoints()[0]!.listening;
    await rig.responder.drain();
    expect(rig.responder.endpoints()).toEqual([]);
    await expect(openTcpAsker(place)).rejects.toThrow('ECONNREFUSED');
  });
});
