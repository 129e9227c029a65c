// How an egress state is shown: the projection to the status that window, CLI and browser share.
import type { EgressAddressStatus } from '../../protocol/status.ts';
import { expiresAt, refusal } from './consensus.ts';
import { addressOf } from './egress-phase.ts';
import type { EgressState } from './egress-state.ts';

/** What people see of `state` at `now` (wall clock, ms). Evidence lists every source, refused and failed ones with why. */
export function egressStatus(state: EgressState, now: number): EgressAddressStatus {
  const { phase } = state;
  const settled = phase.kind === 'confirmed' || phase.kind === 'probable' ? phase : null;
  const ended = settled !== null && settled.expiresAt <= now;
  return {
    state: ended ? 'stale' : phase.kind,
    address: addressOf(phase)?.text ?? null,
    checkedAt: settled === null ? null : iso(settled.checkedAt),
    expiresAt: settled === null || ended ? null : iso(settled.expiresAt),
    evidence: [...answers(state, now), ...failures(state)],
  };
}

function answers(state: EgressState, now: number): EgressAddressStatus['evidence'] {
  return state.observations
    .filter((o) => expiresAt(o) > now)
    .map((o) => ({
      source: o.source,
      operator: o.operator,
      asked: o.asked,
      address: o.address.text,
      signed: o.signed,
      at: iso(o.at),
      error: refusal(o, state.sourceRanges),
    }));
}

function failures(state: EgressState): EgressAddressStatus['evidence'] {
  return state.failures.map((f) => ({
    source: f.source,
    operator: f.operator,
    asked: f.asked,
    address: null,
    signed: false,
    at: iso(f.at),
    error: f.detail === '' ? f.reason : `${f.reason}: ${f.detail}`,
  }));
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
