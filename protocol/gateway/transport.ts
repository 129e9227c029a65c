// A flow as the stream that TLS and HTTP run on: its breaks are errors, and it outlives what runs on it.
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { FlowStream } from '../relay/flow-stream.ts';
import type { RelayBytes } from '../relay/relay.ts';

/**
 * Node's TLS destroys the stream below once it has ended itself, which a peer that has not ended yet would see as a
 * reset. Here that ends one direction only; the flow closes when its peer ends the other. A cut, which looks to TLS
 * like an end, arrives as an error.
 *
 * @param bytes counted up: `aToB` what the flow brought, `bToA` what it took
 */
export function transportOf(flow: FlowStream, bytes: RelayBytes): Duplex {
  const { duplex } = flow;
  const transport = new Duplex({
    read: () => void duplex.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      bytes.bToA += chunk.length;
      duplex.write(chunk, done);
    },
    final: (done) => {
      duplex.end();
      done();
    },
    destroy: (error, done) => {
      if (!duplex.writableEnded) flow.reset(error ?? new Error('given up before its end'));
      duplex.resume();
      done(error);
    },
  });
  const cut = () => {
    if (!flow.endedCleanly()) transport.destroy(duplex.errored ?? new Error('cut by the peer'));
  };
  duplex.on('data', (chunk: Buffer) => {
    bytes.aToB += chunk.length;
    if (!transport.destroyed && !transport.push(chunk)) duplex.pause();
  });
  duplex.once('end', () => {
    if (flow.endedCleanly()) transport.push(null);
    else cut();
  });
  duplex.once('close', cut);
  transport.on('error', ignore);
  return transport;
}

/**
 * TLS over `carrier`, which stands for `below`.
 *
 * A peer that cuts a TCP connection by FIN without close_notify cannot be told from one that ends.
 */
export function tlsOver(tls: TLSSocket, carrier: Duplex, below: FlowStream): FlowStream {
  let broken = false;
  tls.on('error', () => (broken = true));
  carrier.on('error', () => (broken = true));
  return { duplex: tls, endedCleanly: () => tls.readableEnded && !broken, reset: below.reset };
}

function ignore(): void {
  return;
}
