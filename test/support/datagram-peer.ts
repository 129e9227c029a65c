// A UDP server on loopback whose behaviour a test decides, datagram by datagram.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export type Question = {
  /** Who asked. */
  readonly address: string;
  readonly port: number;
  /** How many questions came before this one. */
  readonly earlier: number;
  readonly send: (answer: Uint8Array) => void;
  /** Sends from another port than the one that was asked. */
  readonly sendFromElsewhere: (answer: Uint8Array) => void;
};

export type DatagramPeer = {
  readonly port: number;
  /** Every datagram that came, with who sent it. */
  readonly received: readonly { readonly from: string; readonly bytes: Buffer }[];
  readonly close: () => void;
};

/** On any free port unless one is given. */
export async function startDatagramPeer(
  host: string,
  handle: (message: Buffer, question: Question) => void,
  port = 0,
): Promise<DatagramPeer> {
  const [socket, elsewhere] = await Promise.all([bound(host, port), bound(host, 0)]);
  const received: { from: string; bytes: Buffer }[] = [];
  socket.on('message', (bytes, { address, port }) => {
    received.push({ from: address, bytes });
    handle(bytes, {
      address,
      port,
      earlier: received.length - 1,
      send: (answer) => socket.send(answer, port, address),
      sendFromElsewhere: (answer) => elsewhere.send(answer, port, address),
    });
  });
  return {
    port: socket.address().port,
    received,
    close: () => {
      socket.close();
      elsewhere.close();
    },
  };
}

async function bound(host: string, port: number): Promise<Socket> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.bind(port, host);
  await once(socket, 'listening');
  return socket;
}
