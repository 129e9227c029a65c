// What a fault in the evidence of an egress address means, in plain words.
import type { refusal } from '../core/consensus.ts';
import type { ProbeReason } from '../egress/probe-fault.ts';
import type { TokenFailure } from '../egress/witness-token.ts';

type EvidenceFault = ProbeReason | TokenFailure | NonNullable<ReturnType<typeof refusal>> | 'captive-portal';

/** `error` is a reason, or a reason and a detail after a colon. A reason that has no words is shown as it is. */
export function faultText(error: string): string {
  const [, reason = '', detail = ''] = /^([a-z-]+)(?:: (.*))?$/s.exec(error) ?? [];
  const text = Object.hasOwn(words, reason) ? words[reason as EvidenceFault] : null;
  if (text === null) return error;
  return detail === '' ? text : `${text} (${detail})`;
}

const words: Readonly<Record<EvidenceFault, string>> = {
  'not-global': 'does not count: not a public address',
  'range-unsigned': 'does not count: a range of your organisation, and nobody signed it',
  'captive-portal': 'does not count: this network wants a sign-in first and may answer for others',
  'no-route': 'this network has no path of this family',
  'name-not-found': 'its name has no address of this family',
  unreachable: 'cannot be reached',
  timeout: 'gave no answer in time',
  aborted: 'was not waited for',
  untrusted: 'somebody else answered in its place',
  'hung-up': 'hung up without an answer',
  'device-refused': 'does not accept this device',
  'address-not-allowed': 'saw an address that may not be a source',
  redirected: 'pointed somewhere else instead of answering',
  page: 'answered with a web page, as captive portals do',
  refused: 'will not tell',
  'several-addresses': 'named several addresses',
  malformed: 'its answer cannot be read',
  'wrong-family': 'named an address of the other family',
  'unexpected-answer': 'answered something else',
  'algorithm-refused': 'signed in a way that is not accepted',
  'unknown-key': 'signed with a key that this device does not know',
  'bad-signature': 'its signature is wrong',
  'wrong-type': 'its statement is of another kind',
  'wrong-issuer': 'its statement is by another edge',
  'wrong-audience': 'its statement is for something else',
  'wrong-device': 'its statement is for another device',
  expired: 'its statement has ended; check the clocks',
  'not-yet-valid': 'its statement begins later; check the clocks',
  'life-too-long': 'its statement holds for longer than is allowed',
};
