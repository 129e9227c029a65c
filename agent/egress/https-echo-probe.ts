// Asks an echo service which address it sees: over TLS that must verify, outside tunnel and proxy, over one family.
import type { Address } from '../../protocol/address.ts';
import type { Clock } from '../clock.ts';
import { type EchoFault, longestEchoAnswer, readEchoAnswer } from '../core/echo-answer.ts';
import { type AnswerHead, askHttps, type HttpsQuestion } from './https-question.ts';
import { ProbeFault, type ProbeReason } from './probe-fault.ts';
import { askWithin, type Probe, type ProbeSocket, seenIn } from './probe.ts';

export type HttpsEchoTarget = ProbeSocket & {
  /** Must be `https:`. */
  readonly url: URL;
  /** How long one question may take in all, in ms. */
  readonly budgetMs: number;
};

/** The question to `target`, ready to be asked again and again, each time over a connection of its own. */
export function httpsEchoProbe(
  { family, localAddress, url, budgetMs }: HttpsEchoTarget,
  clock: Clock,
): Probe {
  const question: HttpsQuestion = {
    family,
    localAddress,
    url,
    addresses: [],
    accept: 'application/json, text/plain',
    tls: {},
    longestBytes: longestEchoAnswer,
    judge,
  };
  return (signal) =>
    askWithin({ budgetMs, clock, signal }, async (bounded) => {
      const { body } = await askHttps(question, bounded);
      return seenIn(family, addressIn(body));
    });
}

function judge({ status, location }: AnswerHead): void {
  if (status === 200) return;
  // RFC 6585 section 6: what stands between wants a sign-in first.
  if (status === 511) throw new ProbeFault('page', 'a portal answered 511');
  if (status >= 300 && status < 400) {
    throw new ProbeFault('redirected', `to ${printable(location ?? 'nowhere')}`);
  }
  throw new ProbeFault('unexpected-answer', `the service answered ${status}`);
}

function addressIn(body: string): Address {
  const reading = readEchoAnswer(body);
  if (reading.kind === 'address') return reading.address;
  throw new ProbeFault(...faults[reading.reason]);
}

const faults: Readonly<Record<EchoFault, readonly [ProbeReason, string]>> = {
  empty: ['malformed', 'an empty answer'],
  'too-long': ['unexpected-answer', `longer than ${longestEchoAnswer} characters`],
  page: ['page', 'a web page in place of an address'],
  'several-addresses': ['several-addresses', 'a list of addresses, as proxies on the way make it'],
  'no-address': ['malformed', 'the answer names no address'],
};

/** It is shown to people: short, and without what a terminal obeys. */
function printable(text: string): string {
  return text.slice(0, 100).replaceAll(/[^\x20-\x7e]/g, '?');
}
