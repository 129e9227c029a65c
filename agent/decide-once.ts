// Decides a flow once: what may not go direct waits for link and view, as long as there is hope, and not for ever.
import type { Destination } from '../protocol/destination.ts';
import type { ProcessFact } from '../protocol/process-fact.ts';
import type { Clock } from './clock.ts';
import type { FlowDecision } from './core/flow.ts';
import { awaitsEdge } from './policy/decision.ts';

export type DecideOnceSetup = {
  /** What holds at this moment, for a flow that can still wait or for one that cannot. */
  readonly decide: (destination: Destination, mayWait: boolean, program: ProcessFact | null) => FlowDecision;
  /** Calls `listener` after each change of what decisions rest on. Returns how to stop that. */
  readonly onChange: (listener: () => void) => () => void;
  readonly clock: Clock;
  readonly longestWaitMs: number;
};

/** A flow that need not wait is decided at once, and after the longest wait by what there is. */
export function createDecideOnce({ decide, onChange, clock, longestWaitMs }: DecideOnceSetup) {
  return (destination: Destination, program: ProcessFact | null): FlowDecision | Promise<FlowDecision> => {
    const first = decide(destination, true, program);
    if (!awaitsEdge(first)) return first;
    return new Promise((resolve) => {
      const settle = (decision: FlowDecision): void => {
        timer.cancel();
        forget();
        resolve(decision);
      };
      const forget = onChange(() => {
        const decision = decide(destination, true, program);
        if (!awaitsEdge(decision)) settle(decision);
      });
      const timer = clock.setTimer(() => settle(decide(destination, false, program)), longestWaitMs);
    });
  };
}
