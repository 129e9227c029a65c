// Whether a sign-in enrols a device: more is asked of it than to tell whose traffic is whose, since a device stays.
import { type Person, personRefusals } from '../../protocol/person.ts';
import { clockToleranceMs, type Judged } from './id-token.ts';

export type EnrollingVerdict =
  | { readonly kind: 'counts'; readonly person: Person }
  /** `why` ends a sentence that begins with "the sign-in does not count:". */
  | { readonly kind: 'refused'; readonly why: string }
  /** The same sign-in may count in a moment. */
  | { readonly kind: 'undecided'; readonly why: string };

/** From the making of the token to its use: a token that leaks is soon worth nothing. */
export const longestSinceIssuedMs = 10 * 60_000;

const notBound = 'it was not made for this device and this edge';

export type EnrollingTerms = {
  /** How long ago the person may have proved who they are; null: as long as the issuer lets them. */
  readonly maxAgeMs: number | null;
  /** People of any of these may; empty: everybody. */
  readonly groups: readonly string[];
  readonly nowMs: number;
};

export function judgeEnrolling(
  judged: Judged,
  { maxAgeMs, groups, nowMs }: EnrollingTerms,
): EnrollingVerdict {
  if (judged.kind === 'refused') {
    const why = personRefusals[judged.reason];
    if (judged.reason === 'keys-unavailable') return { kind: 'undecided', why };
    return refused(judged.reason === 'nonce' ? notBound : why);
  }
  if (!judged.begins) return refused(notBound);
  if (nowMs - judged.issuedAtMs > longestSinceIssuedMs + clockToleranceMs) {
    return refused('it was made too long ago; sign in again');
  }
  if (groups.length > 0 && !judged.groups.some((group) => groups.includes(group))) {
    return refused(
      'the person is in none of the groups that may enrol devices here, or the issuer tells no groups',
    );
  }
  if (maxAgeMs === null) return { kind: 'counts', person: judged.person };
  if (judged.authenticatedAtMs === null) {
    return refused('its issuer does not say when the person proved who they are (the claim auth_time)');
  }
  return nowMs - judged.authenticatedAtMs > maxAgeMs + clockToleranceMs
    ? refused('the person proved who they are too long ago; sign in again with the password or key')
    : { kind: 'counts', person: judged.person };
}

function refused(why: string): EnrollingVerdict {
  return { kind: 'refused', why };
}
