// One DNS question over TCP (RFC 7766), for an answer that did not fit a datagram: over one address family, bounded.
import { connect } from 'node:net';
import { ProbeFault } from './probe-fault.ts';
import { type ProbeSocket, versionOf } from './probe.ts';

export type TcpQuestion = ProbeSocket & {
  readonly address: string;
  readonly port: number;
  readonly message: Uint8Array;
  readonly longestBytes: number;
};

/**
 * The one message that comes back; two bytes before each message give its length.
 *
 * @throws ProbeFault, an error of the system, or the abort of `signal`
 */
export async function askByTcp(question: TcpQuestion, signal: AbortSignal): Promise<Uint8Array> {
  const { address, port, family, localAddress, message } = question;
  const socket = connect({
    host: address,
    port,
    family: versionOf(family),
    ...(localAddress === null ? {} : { localAddress }),
    signal,
  });
  try {
    socket.write(Buffer.concat([lengthPrefix(message.length), message]));
    return await readMessage(socket, question.longestBytes);
  } finally {
    socket.destroy();
  }
}

async function readMessage(chunks: AsyncIterable<Buffer>, longestBytes: number): Promise<Uint8Array> {
  let received = Buffer.alloc(0);
  for await (const chunk of chunks) {
    received = Buffer.concat([received, chunk]);
    if (received.length < 2) continue;
    const length = received.readUInt16BE(0);
    if (length > longestBytes) throw new ProbeFault('unexpected-answer', `longer than ${longestBytes} bytes`);
    if (received.length >= length + 2) return received.subarray(2, length + 2);
  }
  throw new ProbeFault('unreachable', 'the server closed before its answer was complete');
}

function lengthPrefix(length: number): Buffer {
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(length);
  return prefix;
}
