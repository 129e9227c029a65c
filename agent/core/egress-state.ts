// The egress address of one family as a state machine: what is known, what may be attached, when to ask again.
import type { Address, Family, Prefix } from '../../protocol/address.ts';
import { assertNever } from '../../protocol/error.ts';
import type { AddressChange } from './address-change.ts';
import { consensus, type EgressSource, expiresAt, type Observation, sameSite } from './consensus.ts';
import { addressOf, type EgressPhase, nextPhase } from './egress-phase.ts';

export type ProbeFailure = {
  readonly source: EgressSource;
  readonly operator: string;
  /** Stable, kebab-case. `no-route` means that this family does not exist here. */
  readonly reason: string;
  readonly detail: string;
  readonly at: number;
  readonly generation: number;
};

export type EgressState = {
  readonly family: Family;
  readonly generation: number;
  /** When this generation began, wall-clock ms. */
  readonly generationSince: number;
  readonly phase: EgressPhase;
  /** Answers of this generation, the latest of each source and operator. */
  readonly observations: readonly Observation[];
  /** Sources whose latest probe in this generation failed. */
  readonly failures: readonly ProbeFailure[];
  /** Probes since the last one that succeeded; sets the back-off. */
  readonly failedProbes: number;
  /** Extra probes because of a contradiction that has not been settled; sets their back-off. */
  readonly contradictions: number;
  /** The last address that was confirmed, over generations: what restored flows may still be stating. */
  readonly lastConfirmed: { readonly address: Address; readonly generation: number } | null;
  readonly sourceRanges: readonly Prefix[];
};

export type EgressEvent =
  | { readonly kind: 'network-changed'; readonly generation: number }
  | { readonly kind: 'probe-started'; readonly generation: number }
  | { readonly kind: 'observation'; readonly observation: Observation }
  | { readonly kind: 'probe-failed'; readonly failure: ProbeFailure }
  /** Some answer's life has ended. */
  | { readonly kind: 'expired' }
  /** The edge said which ranges that are not public may be sources. */
  | { readonly kind: 'source-ranges'; readonly ranges: readonly Prefix[] };

/** What the shell does. Each `probe` or `check` replaces the one before. */
export type EgressEffect =
  /** Probe in `afterMs`, up to the share `spread` sooner, at random. */
  | { readonly kind: 'probe'; readonly afterMs: number; readonly spread: number }
  /** A running probe asks about a network that is gone. */
  | { readonly kind: 'abort-probe' }
  /** Send `expired` at this time; null: no answer is left to expire. */
  | { readonly kind: 'check'; readonly at: number | null }
  /** Connections that state `from` tell a destination an address that holds no longer. */
  | { readonly kind: 'address-changed'; readonly change: AddressChange };

export type EgressStep = { readonly state: EgressState; readonly effects: readonly EgressEffect[] };

/** A token is renewed when this share of its life has passed. */
const refreshShare = 0.8;
/** Renewals of many devices must not fall together. */
const refreshSpread = 0.1;
/** First wait after a failed probe, in ms: a network that has just come up needs a moment. */
const firstBackoffMs = 250;
/** Longest wait after failed probes, in ms. */
const longestBackoffMs = 60_000;
/** Each flow repeats what the edge sees; the same word again within this time, in ms, is no news. */
const repetitionMs = 10_000;
/** A witness that comes back must not be met by all devices at once. */
const backoffSpread = 0.5;

/** The state before anything was asked. */
export function initialEgressState(family: Family, generation: number): EgressState {
  return {
    family,
    generation,
    generationSince: 0,
    phase: { kind: 'unknown' },
    observations: [],
    failures: [],
    failedProbes: 0,
    contradictions: 0,
    lastConfirmed: null,
    sourceRanges: [],
  };
}

/** One step. Pure: `now` is the wall clock in ms. Answers of an older generation change nothing. */
export function egressTransition(state: EgressState, event: EgressEvent, now: number): EgressStep {
  switch (event.kind) {
    case 'network-changed':
      return event.generation > state.generation ? networkChanged(state, event.generation, now) : same(state);
    case 'probe-started':
      return event.generation === state.generation ? probeStarted(state, now) : same(state);
    case 'observation':
      return belongs(state, event.observation) ? observed(state, event.observation, now) : same(state);
    case 'probe-failed':
      return event.failure.generation === state.generation
        ? probeFailed(state, event.failure, now)
        : same(state);
    case 'expired':
      return expired(state, now);
    case 'source-ranges':
      return evaluate({ ...state, sourceRanges: event.ranges }, now);
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
    },
    effects: [{ kind: 'abort-probe' }, { kind: 'check', at: null }, { kind: 'probe', afterMs: 0, spread: 0 }],
  };
}

function probeStarted(state: EgressState, now: number): EgressStep {
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
  const probed = observation.source !== 'reflection';
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
  if (settled) return probed ? withEffect(step, refreshAfter(observation)) : step;
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
      contradictions === 0 ? { kind: 'probe', afterMs: 0, spread: 0 } : backoff(contradictions),
    ],
  };
}

function probeFailed(state: EgressState, failure: ProbeFailure, now: number): EgressStep {
  const failedProbes = state.failedProbes + 1;
  const step = evaluate(
    { ...state, failures: [...state.failures.filter((f) => !sameVoice(f, failure)), failure], failedProbes },
    now,
  );
  return withEffect(step, backoff(failedProbes));
}

function expired(state: EgressState, now: number): EgressStep {
  const step = evaluate(state, now);
  return step.state.phase.kind === 'stale' && state.phase.kind !== 'stale'
    ? withEffect(step, { kind: 'probe', afterMs: 0, spread: 0 })
    : step;
}

/** Lets the answers that still count decide the phase. */
function evaluate(state: EgressState, now: number): EgressStep {
  const observations = state.observations.filter((o) => expiresAt(o) > now);
  const verdict = consensus(observations, now, state.sourceRanges);
  const phase = nextPhase(state.phase, verdict, {
    now,
    noRoute: state.failures.some((f) => f.reason === 'no-route'),
    answered: state.failures.length > 0 || observations.length > 0,
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

function refreshAfter(observation: Observation): EgressEffect {
  const afterMs = (expiresAt(observation) - observation.at) * refreshShare;
  return { kind: 'probe', afterMs: Math.max(firstBackoffMs, afterMs), spread: refreshSpread };
}

function backoff(failures: number): EgressEffect {
  const afterMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(failures - 1, 16));
  return { kind: 'probe', afterMs, spread: backoffSpread };
}

function belongs(state: EgressState, observation: Observation): boolean {
  return observation.generation === state.generation && observation.address.family === state.family;
}

function repeats(state: EgressState, observation: Observation): boolean {
  if (observation.source !== 'reflection') return false;
  const before = state.observations.find((o) => sameVoice(o, observation));
  return before?.address.text === observation.address.text && observation.at - before.at < repetitionMs;
}

type Voice = { readonly source: EgressSource; readonly operator: string };

function sameVoice(a: Voice, b: Voice): boolean {
  return a.source === b.source && a.operator === b.operator;
}

function same(state: EgressState): EgressStep {
  return { state, effects: [] };
}

function withEffect(step: EgressStep, effect: EgressEffect): EgressStep {
  return { state: step.state, effects: [...step.effects, effect] };
}
