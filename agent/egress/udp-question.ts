// One question over UDP: sent again while nobody answers, heard only from whom it was asked, bounded in time and count.
import { createSocket, type Socket } from 'node:dgram';
import type { Clock, Timer } from '../clock.ts';
import { ProbeFault } from './probe-fault.ts';
import type { ProbeSocket } from './probe.ts';

export type UdpQuestion<T> = ProbeSocket & {
  readonly address: string;
  readonly port: number;
  readonly message: Uint8Array;
  /** What a datagram says, or that it is no answer to this question. @throws ProbeFault to end the question */
  readonly read: (datagram: Uint8Array) => UdpReading<T>;
};

export type UdpReading<T> =
  | { readonly kind: 'answer'; readonly value: T }
  /** Somebody guesses, or an answer came late: the right one may still come. */
  | { readonly kind: 'foreign'; readonly detail: string };

/** RFC 8489 section 6.2.1: the first wait, doubled each time. DNS has no such rule and takes the same. */
const firstWaitMs = 500;
/** Whoever sends more than this that is no answer is not worth listening to. */
const mostForeign = 64;

/**
 * The first answer that `read` accepts. The socket is connected, so that the kernel drops what others send, and an
 * ICMP error of the path (port unreachable, no route) ends the question with the system's error.
 *
 * @throws ProbeFault, an error of the system, or the abort of `signal`
 */
export async function askByUdp<T>(question: UdpQuestion<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { family, localAddress, address, port, message } = question;
  const isIpv6 = family === 'ipv6';
  const socket = createSocket({ type: isIpv6 ? 'udp6' : 'udp4', ipv6Only: isIpv6 });
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const resend = createResending(socket, message, clock, reject);
  let foreign = 0;
  let lastForeign = '';
  const giveUp = (): void => {
    const noted = `only other messages came (${foreign}): ${lastForeign}`;
    reject(foreign === 0 ? signal.reason : new ProbeFault('unexpected-answer', noted));
  };
  socket.on('error', reject);
  socket.on('message', (datagram) => {
    try {
      const reading = question.read(datagram);
      if (reading.kind === 'answer') {
        resolve(reading.value);
        return;
      }
      lastForeign = reading.detail;
      foreign += 1;
      if (foreign >= mostForeign) giveUp();
    } catch (error) {
      reject(error);
    }
  });
  signal.addEventListener('abort', giveUp, { once: true });
  // The system chooses the port, at random.
  if (localAddress !== null) socket.bind({ address: localAddress, port: 0, exclusive: true });
  socket.once('connect', resend.start);
  socket.connect(port, address);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', giveUp);
    resend.stop();
    socket.close();
  }
}

function createResending(
  socket: Socket,
  message: Uint8Array,
  clock: Clock,
  fail: (error: Error) => void,
): { readonly start: () => void; readonly stop: () => void } {
  let timer: Timer | null = null;
  const send = (waitMs: number): void => {
    socket.send(message, (error) => {
      if (error !== null) fail(error);
    });
    timer = clock.setTimer(() => send(waitMs * 2), waitMs);
  };
  return { start: () => send(firstWaitMs), stop: () => timer?.cancel() };
}
