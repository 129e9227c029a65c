// What is known about the egress address of one family, and what a verdict makes of it.
import type { Address } from '../../protocol/address.ts';
import { assertNever } from '../../protocol/error.ts';
import type { Verdict } from './consensus.ts';

/** What is known. Times are wall-clock milliseconds. */
export type EgressPhase =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'detecting'; readonly since: number }
  | Extract<Verdict, { readonly kind: 'confirmed' | 'probable' }>
  | { readonly kind: 'ambiguous'; readonly candidates: readonly Address[]; readonly contradiction: boolean }
  /** Known once; the network changed or the answer's life ended since. */
  | { readonly kind: 'stale'; readonly previous: Address | null; readonly since: number }
  /** A probe found no route of this family. */
  | { readonly kind: 'none'; readonly since: number };

/** The phase after the answers were added up to `verdict`. */
export function nextPhase(
  phase: EgressPhase,
  verdict: Verdict,
  facts: {
    /** Wall clock in ms. */
    readonly now: number;
    /** The latest probe found no route of this family. */
    readonly noRoute: boolean;
    /** Something has come back in this generation, be it useless or a failure. */
    readonly answered: boolean;
    /** Third parties are being asked: one word alone may be one of a pair. */
    readonly asking: boolean;
  },
): EgressPhase {
  const early = verdict.kind === 'ambiguous' && !verdict.contradiction && facts.asking;
  if (early && phase.kind === 'detecting') return phase;
  if (verdict.kind !== 'nothing') return verdict;
  if (facts.noRoute) return phase.kind === 'none' ? phase : { kind: 'none', since: facts.now };
  switch (phase.kind) {
    case 'confirmed':
    case 'probable':
    case 'ambiguous':
      return { kind: 'stale', previous: addressOf(phase), since: facts.now };
    case 'detecting':
      return facts.answered && !facts.asking ? { kind: 'unknown' } : phase;
    case 'none':
      return { kind: 'unknown' };
    case 'unknown':
    case 'stale':
      return phase;
    default:
      return assertNever(phase);
  }
}

/** The address that a phase names, be it current or past. */
export function addressOf(phase: EgressPhase): Address | null {
  switch (phase.kind) {
    case 'confirmed':
    case 'probable':
      return phase.address;
    case 'stale':
      return phase.previous;
    case 'unknown':
    case 'detecting':
    case 'ambiguous':
    case 'none':
      return null;
    default:
      return assertNever(phase);
  }
}
