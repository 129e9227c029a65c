// Passes questions on to one nameserver over UDP, byte for byte, and believes only an answer of that nameserver to that question.
import { createSocket } from 'node:dgram';
import type { Clock } from '../clock.ts';
import { answersMessage } from '../core/dns-match.ts';
import { type Nameserver, nameserverHost } from '../core/resolver-config.ts';

export type ForwardOutcome =
  | { readonly kind: 'answer'; readonly message: Uint8Array }
  /** Nothing came in time. The program has its own patience, and asks again or elsewhere as it would have without us. */
  | { readonly kind: 'silent' }
  /** The system says that nobody is there, or too many questions are on their way. */
  | { readonly kind: 'failed'; readonly detail: string };

export type Forwarder = {
  /** Never rejects. */
  readonly ask: (message: Uint8Array) => Promise<ForwardOutcome>;
  /** Gives up what is on its way. */
  readonly close: () => void;
};

export type ForwardLimits = {
  /** Questions on their way at once; each has a socket. */
  readonly inFlight: number;
  /** How long one may take, in ms. */
  readonly answerMs: number;
};

export function createForwarder(nameserver: Nameserver, limits: ForwardLimits, clock: Clock): Forwarder {
  const asking = new Set<AbortController>();
  return {
    ask: async (message) => {
      if (asking.size >= limits.inFlight) {
        return { kind: 'failed', detail: `${asking.size} questions are on their way` };
      }
      const giveUp = new AbortController();
      const timer = clock.setTimer(() => giveUp.abort(), limits.answerMs);
      asking.add(giveUp);
      const outcome = await askByUdp(nameserver, message, giveUp.signal);
      timer.cancel();
      asking.delete(giveUp);
      return outcome;
    },
    close: () => {
      for (const giveUp of asking) giveUp.abort();
    },
  };
}

/**
 * One question from a port that the system chooses at random. The socket is connected: the kernel drops what others send,
 * and tells when nobody listens there.
 */
function askByUdp(nameserver: Nameserver, message: Uint8Array, signal: AbortSignal): Promise<ForwardOutcome> {
  const isIpv6 = nameserver.address.family === 'ipv6';
  const socket = createSocket({ type: isIpv6 ? 'udp6' : 'udp4', ipv6Only: isIpv6 });
  return new Promise((resolve) => {
    let isOver = false;
    const end = (outcome: ForwardOutcome): void => {
      // The system may report several faults of one socket.
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', giveUp);
      socket.close();
      resolve(outcome);
    };
    const giveUp = (): void => end({ kind: 'silent' });
    const fail = (error: Error): void => end({ kind: 'failed', detail: error.message });
    socket.on('error', fail);
    socket.on('message', (answer) => {
      if (answersMessage(answer, message)) end({ kind: 'answer', message: answer });
    });
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('connect', () => {
      if (isOver) return;
      socket.send(message, (error) => {
        if (error !== null) fail(error);
      });
    });
    socket.connect(nameserver.port, nameserverHost(nameserver));
  });
}
