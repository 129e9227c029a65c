// When third parties are asked: only what witness and edge did not settle, all of them at once, and never too often.
import type { EgressState, EgressStep } from './egress-state.ts';
import { backoff, noWait, renewal, type Wait } from './probe-waits.ts';

/** One round asks every third party of the family that is enabled. */
export type ThirdPartyRound = {
  readonly kind: 'resting' | 'planned' | 'asking';
  /** Rounds in a row that settled nothing; sets the back-off. */
  readonly fruitless: number;
};

/** First wait after a fruitless round, in ms: others' public services are no place to be impatient at. */
const politeMs = 4000;

export const noRound: ThirdPartyRound = { kind: 'resting', fruitless: 0 };

/** Plans the round that `step` makes necessary, or drops the one that it makes needless. */
export function withRound(step: EgressStep): EgressStep {
  const { state } = step;
  const wanted = isWanted(state);
  if (wanted && state.round.kind === 'resting') return planned(step, noWait);
  if (wanted || state.round.kind !== 'planned') return step;
  return {
    state: { ...state, round: noRound },
    effects: [...step.effects, { kind: 'forget-probe', of: 'third-parties' }],
  };
}

/** After the last of a round has answered or failed. `now` is the wall clock in ms. */
export function roundEnded(step: EgressStep, now: number): EgressStep {
  const { phase, round } = step.state;
  const rested = (fruitless: number) => ({
    ...step,
    state: { ...step.state, round: { kind: 'resting' as const, fruitless } },
  });
  if (!isWanted(step.state)) return rested(0);
  if (phase.kind === 'probable') return planned(rested(0), renewal(phase.expiresAt - now));
  const fruitless = round.fruitless + 1;
  return planned(rested(fruitless), backoff(fruitless, politeMs));
}

/** Where there is a witness, it speaks first: asking others tells them this network's address. */
function isWanted({ sources, phase, observations, failures }: EgressState): boolean {
  if (!sources.thirdParties || phase.kind === 'confirmed') return false;
  return !sources.witness || [...observations, ...failures].some(({ source }) => source === 'witness');
}

function planned({ state, effects }: EgressStep, wait: Wait): EgressStep {
  return {
    state: { ...state, round: { ...state.round, kind: 'planned' } },
    effects: [...effects, { kind: 'probe', of: 'third-parties', ...wait }],
  };
}
