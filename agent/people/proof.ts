// Keeps a sign-in known to the edge: shown to each edge that connects, renewed before its session ends, over when it cannot be.
import { explain, OpenGsaError } from '../../protocol/error.ts';
import { personRefusals, type PersonRefusal } from '../../protocol/person.ts';
import type { Clock, Timer } from '../clock.ts';
import { type PersonState, renewalAfter } from '../core/person-state.ts';
import type { EdgePeople } from './edge-people.ts';
import type { Tokens } from '../../protocol/gateway/issuer-client.ts';
import type { KeptSignIn } from './kept-sign-in.ts';

export type ProofOptions = {
  readonly edge: EdgePeople;
  readonly renew: (kept: KeptSignIn) => Promise<Tokens>;
  /** Keeps it for the next start. */
  readonly keep: (kept: KeptSignIn) => Promise<void>;
  readonly clock: Clock;
  readonly changed: () => void;
  /** For the log; never a token. */
  readonly onFault: (reason: string) => void;
};

export type Proof = {
  readonly state: () => PersonState;
  readonly kept: () => KeptSignIn | null;
  /** Another sign-in, or none. Resolves when the edge has been told once, whatever came of it. */
  readonly take: (kept: KeptSignIn | null) => Promise<void>;
  /** The edge that is connected may not know it. */
  readonly showAgain: () => Promise<void>;
  readonly stop: () => void;
};

/** Between attempts that failed for a fault of the moment, in ms. */
const retryMs = 15_000;

export function createProof({ edge, renew, keep, clock, changed, onFault }: ProofOptions): Proof {
  let kept: KeptSignIn | null = null;
  let state: PersonState = { kind: 'signed-out' };
  let timer: Timer | null = null;
  let queue: Promise<void> = Promise.resolve();
  /** Of the edge's clock, in ms since 1970. */
  let sessionEndsAt = 0;

  const enter = (next: PersonState): void => {
    state = next;
    changed();
  };
  const later = (run: () => Promise<void>, ms: number): void => {
    timer?.cancel();
    timer = clock.setTimer(() => void run(), ms);
  };
  const end = (of: KeptSignIn, cause: string): void => {
    onFault(cause);
    enter({ kind: 'ended', name: of.name, cause, since: clock.now() });
  };
  const renewed = async (of: KeptSignIn): Promise<KeptSignIn> => {
    const tokens = await renew(of);
    // Issuers that hand out another refresh token take the older one no more.
    const next = { ...of, idToken: tokens.idToken, refreshToken: tokens.refreshToken ?? of.refreshToken };
    if (kept !== of) return next;
    kept = next;
    await keep(next);
    return next;
  };
  const show = async (of: KeptSignIn, mayRenew: boolean): Promise<void> => {
    const answer = await edge.show({ idToken: of.idToken, salt: of.salt });
    if (kept !== of) return;
    if (typeof answer !== 'string') {
      const { id, person, expiresAt } = answer;
      kept = { ...of, name: person.name };
      sessionEndsAt = Date.parse(expiresAt);
      enter({ kind: 'signed-in', name: person.name, signedInAt: of.signedInAt, session: id });
      later(() => prove(true), renewalAfter(clock.now(), sessionEndsAt));
      return;
    }
    if (answer === 'expired' && mayRenew && of.refreshToken !== null) return show(await renewed(of), false);
    end(of, refusedSentence(answer));
  };
  const attempt = async (renewFirst: boolean): Promise<void> => {
    const of = kept;
    if (of === null || state.kind === 'ended') return;
    try {
      if (renewFirst && of.refreshToken !== null) await show(await renewed(of), false);
      else await show(of, true);
    } catch (error) {
      if (kept === null) return;
      if (error instanceof OpenGsaError && error.code === 'access-denied') {
        end(kept, `The sign-in of ${kept.name} could not be renewed: ${error.message}.`);
        return;
      }
      onFault(explain(error));
      // The edge counts the person's flows as nobody's from then on, whatever the device believes.
      if (state.kind !== 'signed-in' || clock.now() >= sessionEndsAt) enter(proving(kept, explain(error)));
      later(() => prove(renewFirst), retryMs);
    }
  };
  const prove = (renewFirst: boolean): Promise<void> => {
    queue = queue.then(() => attempt(renewFirst));
    return queue;
  };

  return {
    state: () => state,
    kept: () => kept,
    take: async (next) => {
      timer?.cancel();
      kept = next;
      enter(next === null ? { kind: 'signed-out' } : proving(next));
      if (next !== null) await prove(false);
    },
    showAgain: () => {
      if (state.kind === 'signed-in') enter(proving(state));
      return prove(false);
    },
    stop: () => timer?.cancel(),
  };
}

function proving(
  { name, signedInAt }: Pick<KeptSignIn, 'name' | 'signedInAt'>,
  cause: string | null = null,
): PersonState {
  return { kind: 'proving', name, signedInAt, cause };
}

function refusedSentence(reason: PersonRefusal): string {
  return `The edge does not accept the sign-in: ${personRefusals[reason]}.`;
}
