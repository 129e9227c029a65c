// What the destinations of flows will see: asked of the agent for many at once, and kept with the flows it was true for.
import { flowKey } from '../../../shared/flow-buffer.ts';
import { reportedName } from '../../../shared/reported-name.ts';
import type { FlowRecord } from '../../../../protocol/flow-record.ts';
import type { SeenAs } from '../../../../protocol/seen-as.ts';

export type FlowPredictions = {
  /** Flows that are new or changed. */
  readonly add: (flows: readonly FlowRecord[]) => void;
  /** At most `most` destinations that nothing is known of. */
  readonly wanted: (most: number) => readonly string[];
  /** The answer for `destinations`, or for those of them that something is known of. Returns the flows that it is for. */
  readonly learn: (destinations: readonly string[], seen: readonly SeenAs[]) => readonly FlowRecord[];
  /** Addresses or rules differ: what was learnt holds for the flows it was learnt for, and for no later one. */
  readonly outdated: () => void;
  /** Null while it is not known, or where the flow went another way than was predicted. */
  readonly of: (flow: FlowRecord) => SeenAs | null;
};

/** @param capacity how many flows are remembered */
export function createFlowPredictions(capacity: number): FlowPredictions {
  const known = new Map<string, SeenAs | null>();
  const ofFlow = new Map<string, SeenAs>();
  /** By destination, then by flow. */
  const waiting = new Map<string, Map<string, FlowRecord>>();

  return {
    add(flows) {
      for (const flow of flows) {
        const key = flowKey(flow);
        if (ofFlow.has(key) || flow.via === 'verification') continue;
        const seen = known.get(flow.destination);
        if (seen === undefined) {
          const others = waiting.get(flow.destination) ?? new Map<string, FlowRecord>();
          waiting.set(flow.destination, others.set(key, flow));
        } else if (seen !== null) ofFlow.set(key, seen);
      }
    },
    wanted(most) {
      const destinations: string[] = [];
      for (const destination of waiting.keys()) {
        if (destinations.length >= most) break;
        destinations.push(destination);
      }
      return destinations;
    },
    learn(destinations, seen) {
      const settled: FlowRecord[] = [];
      const byName = new Map(seen.map((one) => [one.destination, one]));
      destinations.forEach((destination) => {
        const prediction = byName.get(reportedName(destination)) ?? null;
        known.set(destination, prediction);
        const flows = waiting.get(destination) ?? new Map<string, FlowRecord>();
        waiting.delete(destination);
        if (prediction === null) return;
        for (const [key, flow] of flows) {
          ofFlow.set(key, prediction);
          settled.push(flow);
        }
      });
      for (const oldest of ofFlow.keys()) {
        if (ofFlow.size <= capacity) break;
        ofFlow.delete(oldest);
      }
      return settled;
    },
    outdated() {
      known.clear();
      // Those that ended before anybody asked had other circumstances, perhaps.
      for (const [destination, flows] of waiting) {
        for (const [key, { endedAt }] of flows) if (endedAt !== null) flows.delete(key);
        if (flows.size === 0) waiting.delete(destination);
      }
    },
    of(flow) {
      const seen = ofFlow.get(flowKey(flow)) ?? null;
      return seen !== null && actionOf[seen.path] === flow.action ? seen : null;
    },
  };
}

const actionOf = { direct: 'direct', edge: 'tunnel', blocked: 'block', unknown: 'tunnel' } as const;
