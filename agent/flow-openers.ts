// Finds out who opened a flow, and lets a flow wait for that where a rule depends on it and not else.
import type { FlowRequest, Identification } from './core/flow.ts';
import { unknownProcess } from './core/process-fact.ts';
import { type Attribution, within } from './process/attribution.ts';
import type { Destination } from '../protocol/destination.ts';

export type FlowOpenersSetup = {
  readonly attribution: Attribution;
  /** Whether the lookups tell programs, or accounts only. */
  readonly level: 'uid' | 'executable';
  /** Whether what becomes of a flow there depends on its program. */
  readonly asksForProgram: (destination: Destination) => boolean;
};

/** The longest that a flow waits, in ms; what is not known then is unknown to its rules. */
const longestWaitMs = 200;

export function createFlowOpeners({ attribution, level, asksForProgram }: FlowOpenersSetup) {
  return ({ via, source, dialled, destination }: FlowRequest): Identification | null => {
    if (via === 'verification') return null;
    const fact = attribution.lookup({ protocol: 'tcp', local: source, remote: dialled ?? null });
    if (!asksForProgram(destination)) return { fact, forDecision: null };
    const inTime =
      level === 'uid' ? Promise.resolve(unknownProcess('not-asked')) : within(fact, longestWaitMs);
    return { fact, forDecision: inTime };
  };
}
