// The egress address of one family as a state machine: what is known, what may be attached, when to ask again.
import type { Address, Family, Prefix } from '../../protocol/address.ts';
import { assertNever } from '../../protocol/error.ts';
import type { AddressChange } from './address-change.ts';
import { consensus, type EgressSource, expiresAt, type Observation, sameSite } from './consensus.ts';
import { addressOf, type EgressPhase, nextPhase } from './egress-phase.ts';
import { backoff, noWait, renewal, type Wait } from './probe-waits.ts';
import { noRound, roundEnded, type ThirdPartyRound, withRound } from './third-party-round.ts';

/** Who can be asked about one family. */
export type EgressSources = { readonly witness: boolean; readonly thirdParties: boolean };
export type Probed = 'witness' | 'third-parties';

export type ProbeFailure = {
  readonly source: EgressSource;
  readonly operator: string;
  /** What was asked, as a person would name it. */
  readonly asked: string;
  /** Stable, kebab-case. `no-route` means that this family does not exist here. */
  readonly reason: string;
  readonly detail: string;
  readonly at: number;
  readonly generation: number;
};

export type EgressState = {
  readonly family: Family;
  readonly sources: EgressSources;
  readonly generation: number;
  /** When this generation began, wall-clock ms. */
  readonly generationSince: number;
  readonly phase: EgressPhase;
  /** Answers of this generation, the latest of each that was asked. */
  readonly observations: readonly Observation[];
  /** Of those whose latest probe in this generation failed. */
  readonly failures: readonly ProbeFailure[];
  /** Of the witness, since the last one that succeeded; sets the back-off. */
  readonly failedProbes: number;
  /** Extra probes because of a contradiction that has not been settled; sets their back-off. */
  readonly contradictions: number;
  /** The last address that was confirmed, over generations: what restored flows may still be stating. */
  readonly lastConfirmed: { readonly address: Address; readonly generation: number } | null;
  readonly sourceRanges: readonly Prefix[];
  readonly round: ThirdPartyRound;
  /** Something between us and the Internet answers in the place of others. */
  readonly captivePortal: boolean;
};

export type EgressEvent =
  | { readonly kind: 'network-changed'; readonly generation: number }
  | { readonly kind: 'probe-started'; readonly of: Probed; readonly generation: number }
  | { readonly kind: 'observation'; readonly observation: Observation }
  | { readonly kind: 'probe-failed'; readonly failure: ProbeFailure }
  /** Each third party of the round has answered or failed. */
  | { readonly kind: 'round-ended'; readonly generation: number }
  /** Some answer's life has ended. */
  | { readonly kind: 'expired' }
  /** The tunnel broke while the network looked the same: a NAT on its way may have given another address. */
  | { readonly kind: 'path-lost' }
  /** The edge said which ranges that are not public may be sources. */
  | { readonly kind: 'source-ranges'; readonly ranges: readonly Prefix[] }
  | { readonly kind: 'captive-portal'; readonly seen: boolean };

/** What the shell does. Each `check`, and each `probe` of the same, replaces the one before. */
export type EgressEffect =
  | ({ readonly kind: 'probe'; readonly of: Probed } & Wait)
  /** The planned one is not needed. One that runs may end. */
  | { readonly kind: 'forget-probe'; readonly of: Probed }
  /** What runs or is planned asks about a network that is gone. */
  | { readonly kind: 'abort-probes' }
  /** Send `expired` at this time; null: no answer is left to expire. */
  | { readonly kind: 'check'; readonly at: number | null }
  /** Connections that state `from` tell a destination an address that holds no longer. */
  | { readonly kind: 'address-changed'; readonly change: AddressChange };

export type EgressStep = { readonly state: EgressState; readonly effects: readonly EgressEffect[] };

/** Each flow repeats what the edge sees; the same word again within this time, in ms, is no news. */
const repetitionMs = 10_000;

/** The state before anything was asked. */
export function initialEgressState(family: Family, generation: number, sources: EgressSources): EgressState {
  return {
    family,
    sources,
    generation,
    generationSince: 0,
    phase: { kind: 'unknown' },
    observations: [],
    failures: [],
    failedProbes: 0,
    contradictions: 0,
    lastConfirmed: null,
    sourceRanges: [],
    round: noRound,
    captivePortal: false,
  };
}

/** One step. Pure: `now` is the wall clock in ms. Answers of an older generation change nothing. */
export function egressTransition(state: EgressState, event: EgressEvent, now: number): EgressStep {
  const step = happened(state, event, now);
  return step.state === state ? step : withRound(step);
}

function happened(state: EgressState, event: EgressEvent, now: number): EgressStep {
  switch (event.kind) {
    case 'network-changed':
      return event.generation > state.generation ? networkChanged(state, event.generation, now) : same(state);
    case 'probe-started':
      return event.generation === state.generation ? probeStarted(state, event.of, now) : same(state);
    case 'observation':
      return belongs(state, event.observation) ? observed(state, event.observation, now) : same(state);
    case 'probe-failed':
      return event.failure.generation === state.generation
        ? probeFailed(state, event.failure, now)
        : same(state);
    case 'round-ended':
      return event.generation === state.generation && state.round.kind === 'asking'
        ? roundEnded(evaluate({ ...state, round: { ...state.round, kind: 'resting' } }, now), now)
        : same(state);
    case 'expired':
      return expired(state, now);
    case 'path-lost':
      return pathLost(state);
    case 'source-ranges':
      return evaluate({ ...state, sourceRanges: event.ranges }, now);
    case 'captive-portal':
      return event.seen === state.captivePortal ? same(state) : portalChanged(state, event.seen, now);
    default:
      return assertNever(event);
  }
}

/** The token that may go with a flow at `now`, or null. This is the only door to it. */
export function attachable(state: EgressState, now: number): string | null {
  if (state.phase.kind !== 'confirmed' || state.phase.token === null) return null;
  return now < state.phase.token.expiresAt ? state.phase.token.jws : null;
}

function networkChanged(state: EgressState, generation: number, now: number): EgressStep {
  return {
    state: {
      ...state,
      generation,
      generationSince: now,
      phase: { kind: 'stale', previous: addressOf(state.phase), since: now },
      observations: [],
      failures: [],
      failedProbes: 0,
      contradictions: 0,
      round: noRound,
    },
    effects: [{ kind: 'abort-probes' }, { kind: 'check', at: null }, ...askWitness(state, noWait)],
  };
}

function probeStarted(before: EgressState, of: Probed, now: number): EgressStep {
  const state: EgressState =
    of === 'witness' ? before : { ...before, round: { ...before.round, kind: 'asking' } };
  switch (state.phase.kind) {
    case 'unknown':
    case 'stale':
    case 'none':
      return { state: { ...state, phase: { kind: 'detecting', since: now } }, effects: [] };
    case 'detecting':
    case 'confirmed':
    case 'probable':
    case 'ambiguous':
      return same(state);
    default:
      return assertNever(state.phase);
  }
}

function observed(state: EgressState, observation: Observation, now: number): EgressStep {
  if (repeats(state, observation)) return same(state);
  if (state.captivePortal && observation.source === 'https') {
    return probeFailed(state, inThePlaceOf(observation), now);
  }
  const probed = observation.source === 'witness';
  const step = evaluate(
    {
      ...state,
      observations: [...state.observations.filter((o) => !sameVoice(o, observation)), observation],
      failures: state.failures.filter((f) => !sameVoice(f, observation)),
      failedProbes: probed ? 0 : state.failedProbes,
    },
    now,
  );
  const settled = step.state.phase.kind !== 'ambiguous' || !step.state.phase.contradiction;
  if (settled)
    return probed
      ? withEffects(step, askWitness(state, renewal(expiresAt(observation) - observation.at)))
      : step;
  return contradicted(state, step, probed);
}

/**
 * Edge and witness differ. The witness is asked at once, as the answer may only be older than a change of the NAT;
 * if they still differ, the paths differ, and it is asked again ever more rarely.
 */
function contradicted(before: EgressState, step: EgressStep, probed: boolean): EgressStep {
  const wasContradicted = before.phase.kind === 'ambiguous' && before.phase.contradiction;
  // Each further flow repeats the edge's view; only the first may hasten the probe that is planned.
  if (wasContradicted && !probed) return step;
  const { contradictions } = step.state;
  return {
    state: { ...step.state, contradictions: contradictions + 1 },
    effects: [
      ...step.effects,
      ...askWitness(before, contradictions === 0 ? noWait : backoff(contradictions)),
    ],
  };
}

function probeFailed(state: EgressState, failure: ProbeFailure, now: number): EgressStep {
  const failures = [...state.failures.filter((f) => !sameVoice(f, failure)), failure];
  if (failure.source !== 'witness') return evaluate({ ...state, failures }, now);
  const failedProbes = state.failedProbes + 1;
  const step = evaluate({ ...state, failures, failedProbes }, now);
  return withEffects(step, askWitness(state, backoff(failedProbes)));
}

/** A portal may have given every answer over HTTPS of this generation, be its certificate what it may. */
function portalChanged(state: EgressState, seen: boolean, now: number): EgressStep {
  // Without it a round may settle what the last ones could not.
  if (!seen) {
    const round = state.round.kind === 'asking' ? { ...state.round, fruitless: 0 } : noRound;
    return evaluate({ ...state, captivePortal: false, round }, now);
  }
  const distrusted = state.observations.filter(({ source }) => source === 'https');
  const failures = state.failures.filter((f) => !distrusted.some((o) => sameVoice(o, f)));
  return evaluate(
    {
      ...state,
      captivePortal: true,
      observations: state.observations.filter(({ source }) => source !== 'https'),
      failures: [...failures, ...distrusted.map(inThePlaceOf)],
    },
    now,
  );
}

function inThePlaceOf({ source, operator, asked, at, generation }: Observation): ProbeFailure {
  return { source, operator, asked, at, generation, reason: 'captive-portal', detail: '' };
}

function expired(state: EgressState, now: number): EgressStep {
  const step = evaluate(state, now);
  return step.state.phase.kind === 'stale' && state.phase.kind !== 'stale'
    ? withEffects(step, askWitness(state, noWait))
    : step;
}

/** What is known may hold still, as after a restart of the edge. A witness that fails is asked in its own time. */
function pathLost(state: EgressState): EgressStep {
  const held = state.phase.kind === 'confirmed' && state.failedProbes === 0;
  return held ? withEffects(same(state), askWitness(state, noWait)) : same(state);
}

/** Lets the answers that still count decide the phase. */
function evaluate(state: EgressState, now: number): EgressStep {
  const observations = state.observations.filter((o) => expiresAt(o) > now);
  const verdict = consensus(observations, now, state.sourceRanges);
  const phase = nextPhase(state.phase, verdict, {
    now,
    noRoute: state.failures.some((f) => f.reason === 'no-route'),
    answered: state.failures.length > 0 || observations.length > 0,
    asking: state.round.kind === 'asking',
  });
  const confirmed = phase.kind === 'confirmed' ? phase.address : null;
  const change = confirmed === null ? null : changeTo(confirmed, state, now);
  const ends = observations.map(expiresAt);
  return {
    state: {
      ...state,
      observations,
      phase,
      contradictions: phase.kind === 'ambiguous' && phase.contradiction ? state.contradictions : 0,
      lastConfirmed:
        confirmed === null ? state.lastConfirmed : { address: confirmed, generation: state.generation },
    },
    effects: [
      { kind: 'check', at: ends.length === 0 ? null : Math.min(...ends) },
      ...(change === null ? [] : [{ kind: 'address-changed' as const, change }]),
    ],
  };
}

/** An address of an older generation was stated until this one began, one of the same until this moment. */
function changeTo(
  to: Address,
  { lastConfirmed, generation, generationSince }: EgressState,
  now: number,
): AddressChange | null {
  if (lastConfirmed === null || sameSite(to, lastConfirmed.address)) return null;
  const lastStatedAt = lastConfirmed.generation === generation ? now : generationSince;
  return { from: lastConfirmed.address, to, lastStatedAt };
}

function askWitness({ sources }: EgressState, wait: Wait): readonly EgressEffect[] {
  return sources.witness ? [{ kind: 'probe', of: 'witness', ...wait }] : [];
}

function belongs(state: EgressState, observation: Observation): boolean {
  return observation.generation === state.generation && observation.address.family === state.family;
}

function repeats(state: EgressState, observation: Observation): boolean {
  if (observation.source !== 'reflection') return false;
  const before = state.observations.find((o) => sameVoice(o, observation));
  return before?.address.text === observation.address.text && observation.at - before.at < repetitionMs;
}

type Voice = { readonly source: EgressSource; readonly operator: string; readonly asked: string };

function sameVoice(a: Voice, b: Voice): boolean {
  return a.source === b.source && a.operator === b.operator && a.asked === b.asked;
}

function same(state: EgressState): EgressStep {
  return { state, effects: [] };
}

function withEffects(step: EgressStep, effects: readonly EgressEffect[]): EgressStep {
  return { state: step.state, effects: [...step.effects, ...effects] };
}
