// A program that asks a nameserver, message by message, over UDP or TCP, so that tests decide about every byte.
import packet from 'dns-packet';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import { createDnsFrameReader, frameDnsMessage } from '../../agent/core/dns-frames.ts';

export type QuestionOptions = {
  readonly id?: number;
  readonly type?: packet.RecordType | 'ANY';
  readonly class?: packet.RecordClass;
  readonly flags?: number;
  /** With an OPT record that offers this many bytes. */
  readonly payload?: number;
};

/** A question as programs write it. */
export function dnsQuestion(name: string, options: QuestionOptions = {}): Buffer {
  const { id = 0x1234, type = 'A', class: kind = 'IN', flags = packet.RECURSION_DESIRED, payload } = options;
  const opt = { type: 'OPT', name: '.', udpPayloadSize: payload, extendedRcode: 0, ednsVersion: 0 } as const;
  return packet.encode({
    type: 'query',
    id,
    flags,
    questions: [{ name, type: type as packet.RecordType, class: kind }],
    additionals: payload === undefined ? [] : [{ ...opt, flags: 0, options: [] } as unknown as packet.Answer],
  });
}

const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

/** The code of an answer, as people write it. */
export function rcodeOf(message: Uint8Array): string {
  const code = (message[3] ?? 0) & 0x0f;
  return rcodes[code] ?? String(code);
}

export type UdpAsker = {
  readonly port: number;
  readonly send: (message: Uint8Array) => void;
  /** Sends and gives the next datagram that has the same id. */
  readonly ask: (message: Uint8Array) => Promise<Buffer>;
  /** Everything that came. */
  readonly received: readonly Buffer[];
  readonly close: () => void;
};

export async function openUdpAsker({ address, port }: ListenAddress): Promise<UdpAsker> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const received: Buffer[] = [];
  const waiting = new Map<number, (answer: Buffer) => void>();
  socket.on('error', () => undefined);
  socket.on('message', (message) => {
    received.push(message);
    if (message.length >= 2) waiting.get(message.readUInt16BE(0))?.(message);
  });
  socket.connect(port, address);
  await once(socket, 'connect');
  const send = (message: Uint8Array): void => socket.send(message, () => undefined);
  return {
    port: socket.address().port,
    send,
    received,
    ask: (message) =>
      new Promise((resolve) => {
        const id = ((message[0] ?? 0) << 8) | (message[1] ?? 0);
        waiting.set(id, (answer) => {
          waiting.delete(id);
          resolve(answer);
        });
        send(message);
      }),
    close: () => socket.close(),
  };
}

export type TcpAsker = {
  readonly socket: Socket;
  readonly send: (message: Uint8Array) => void;
  /** The next message that comes, in the order of their coming. */
  readonly next: () => Promise<Buffer>;
  readonly closed: Promise<unknown>;
};

export async function openTcpAsker({ address, port }: ListenAddress): Promise<TcpAsker> {
  const socket = connect({ host: address, port, noDelay: true });
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const frames = createDnsFrameReader();
  const arrived: Buffer[] = [];
  let wake = (): void => undefined;
  socket.on('data', (chunk) => {
    arrived.push(...frames.push(chunk).map((message) => Buffer.from(message)));
    wake();
  });
  await once(socket, 'connect');
  return {
    socket,
    closed,
    send: (message) => socket.write(frameDnsMessage(message)),
    next: async () => {
      for (;;) {
        const message = arrived.shift();
        if (message !== undefined) return message;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
