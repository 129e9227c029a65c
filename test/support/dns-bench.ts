// What DNS tests begin with: a responder before nameservers of the test, programs that ask it, and the end of them all.
import packet from 'dns-packet';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { EndpointLimits } from '../../agent/dns/endpoint.ts';
import { type DatagramPeer, startDatagramPeer } from './datagram-peer.ts';
import { openTcpAsker, openUdpAsker, type TcpAsker, type UdpAsker } from './dns-client.ts';
import { captured, type DnsRig, nameserver, startDnsRig } from './dns-rig.ts';
import { missingAddresses } from './loopback.ts';

/** Says so where they are missing. */
export async function hasDnsLoopback(): Promise<boolean> {
  const missing = await missingAddresses(['127.53.0.1', '127.53.0.2', '127.53.0.3']);
  if (missing.length > 0) process.stdout.write(`skipped: this machine cannot bind ${missing.join(', ')}\n`);
  return missing.length === 0;
}

export type TcpPeerHandler = (
  question: Buffer,
  write: (bytes: Uint8Array) => void,
  close: () => void,
) => void;

export type DnsBench = {
  /** Whatever it is, `end` of it is called at the end. */
  readonly ending: <T>(value: T, end: (value: T) => unknown) => T;
  /** A responder before the nameserver at this port of 127.0.0.1. */
  readonly rigBefore: (port: number, limits?: Partial<EndpointLimits>) => Promise<DnsRig>;
  readonly udpAsker: (rig: DnsRig, endpoint?: number) => Promise<UdpAsker>;
  readonly tcpAsker: (rig: DnsRig) => Promise<TcpAsker>;
  readonly udpPeer: (handle: Parameters<typeof startDatagramPeer>[1], port?: number) => Promise<DatagramPeer>;
  /**
   * Hands each framed question to `respond`. Resolves with its port. Where both protocols share a port, this one comes
   * first: connections that have just ended hold many TCP ports, and none of UDP.
   */
  readonly tcpPeer: (respond: TcpPeerHandler) => Promise<number>;
  readonly end: () => Promise<void>;
};

export function createDnsBench(): DnsBench {
  const endings: (() => unknown)[] = [];
  const ending: DnsBench['ending'] = (value, end) => {
    endings.push(() => end(value));
    return value;
  };
  return {
    ending,
    rigBefore: async (port, limits = {}) =>
      ending(await startDnsRig([captured(nameserver('127.0.0.1', port))], limits), ({ responder }) =>
        responder.close(),
      ),
    udpAsker: async (rig, endpoint = 0) =>
      ending(await openUdpAsker(rig.responder.endpoints()[endpoint]!.listening), (asker) => asker.close()),
    tcpAsker: async (rig) =>
      ending(await openTcpAsker(rig.responder.endpoints()[0]!.listening), ({ socket }) => socket.destroy()),
    udpPeer: async (handle, port = 0) =>
      ending(await startDatagramPeer('127.0.0.1', handle, port), (peer) => peer.close()),
    tcpPeer: async (respond) => {
      const server = createServer((socket) => {
        let held = Buffer.alloc(0);
        socket.on('error', () => undefined);
        socket.on('data', (chunk: Buffer) => {
          held = Buffer.concat([held, chunk]);
          while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
            const end = 2 + held.readUInt16BE(0);
            const question = held.subarray(2, end);
            held = held.subarray(end);
            respond(
              question,
              (bytes) => socket.write(bytes),
              () => socket.destroy(),
            );
          }
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      ending(server, (one) => one.close());
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    },
    end: async () => {
      for (const end of endings.splice(0).reverse()) await end();
    },
  };
}

/** One address to any question. */
export function answerTo(question: Buffer, data = '192.0.2.7'): Buffer {
  const { id = 0, questions = [] } = packet.decode(question);
  const name = questions[0]?.name ?? '';
  return packet.encode({
    type: 'response',
    id,
    flags: packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE,
    questions,
    answers: [{ name, type: 'A', ttl: 60, data }],
  });
}

export function addressesIn(message: Uint8Array): string[] {
  const { answers = [] } = packet.decode(Buffer.from(message));
  return answers.flatMap((answer) => (answer.type === 'A' ? [answer.data] : []));
}
