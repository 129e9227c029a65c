// Strangers who are refused: how often they may be, and what of it is written down.
import type { Address } from '../../protocol/address.ts';
import type { Audit } from '../audit.ts';
import { createGuessLimit, type GuessRates } from '../core/guess-limit.ts';
import { type Refusal, refused } from './outcome.ts';

export type Guesses = {
  /** Null: the address may try. It is asked before what it shows is looked at. */
  readonly wait: (peer: Address) => Refusal | null;
  /** Counts a wrong one and writes it down, or answers that there were too many. @param why for the audit log only */
  readonly refuse: (peer: Address, why: string, refusal: Refusal) => Refusal;
};

/** An audit entry for each that is wrong waits for the disk. */
const rates: GuessRates = {
  perAddress: { burst: 10, perSecond: 1 / 30 },
  together: { burst: 60, perSecond: 1 },
};
const tooMany = refused(
  'too-many-attempts',
  'too many attempts that were refused: wait some minutes, then try again',
);

export function createGuesses(audit: Audit, now: () => Date): Guesses {
  const limit = createGuessLimit(rates, now().getTime());
  let unwritten = 0;
  return {
    wait: (peer) => {
      if (limit.waitMs(peer, now().getTime()) === 0) return null;
      unwritten += 1;
      return tooMany;
    },
    refuse: (peer, why, refusal) => {
      if (!limit.wasWrong(peer, now().getTime())) {
        unwritten += 1;
        return tooMany;
      }
      const more = unwritten === 0 ? '' : `, and ${unwritten} more that were not written down`;
      unwritten = 0;
      audit(peer.text, 'enrollment.refuse', `${why}${more}`);
      return refusal;
    },
  };
}
