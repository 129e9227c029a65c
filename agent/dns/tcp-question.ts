// One question over TCP, for an answer that did not fit a datagram.
import type { Clock } from '../clock.ts';
import { answersMessage } from '../core/dns-match.ts';
import type { Nameserver } from '../core/resolver-config.ts';
import { createTcpUpstream } from './tcp-upstream.ts';

/** The answer, or null where none came within `answerMs`. Never rejects. */
export function askOverTcp(
  nameserver: Nameserver,
  question: Uint8Array,
  answerMs: number,
  clock: Clock,
): Promise<Uint8Array | null> {
  return new Promise((resolve) => {
    const end = (answer: Uint8Array | null): void => {
      timer.cancel();
      resolve(answer);
      upstream.close();
    };
    const timer = clock.setTimer(() => end(null), answerMs);
    const upstream = createTcpUpstream(nameserver, {
      message: (message) => {
        if (answersMessage(message, question)) end(message);
      },
      gone: () => end(null),
    });
    upstream.send(question);
  });
}
