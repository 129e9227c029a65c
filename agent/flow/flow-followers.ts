// Who follows the flow table, and what each of them has not been told yet.
import type { FlowRecord } from '../../protocol/flow-record.ts';
import type { RelayBytes } from '../../protocol/relay/relay.ts';
import type { FollowFlows } from '../core/flow-changes.ts';

/** A flow as the table holds it. Its bytes are counted where they are relayed, so nobody says when they change. */
export type TrackedFlow = {
  readonly record: { -readonly [K in keyof FlowRecord]: FlowRecord[K] };
  readonly bytes: RelayBytes;
};

/** How many records a follower that does not take them may leave waiting; older ones are then not told. */
const mostWaiting = 20_000;

/** @param flows those that live and those that are kept, oldest first */
export function createFlowFollowers<T extends TrackedFlow>(flows: {
  readonly kept: () => Iterable<T>;
  readonly living: () => Iterable<T>;
}): { readonly changed: (flow: T) => void; readonly follow: FollowFlows } {
  const followers = new Set<Set<T>>();
  return {
    changed: (flow) => followers.forEach((waiting) => addTo(waiting, flow)),
    follow() {
      const waiting = new Set<T>([...flows.kept(), ...flows.living()]);
      const told = new WeakMap<T, number>();
      followers.add(waiting);
      return {
        take(most) {
          for (const flow of flows.living()) if (told.get(flow) !== totalOf(flow)) addTo(waiting, flow);
          const taken = [...waiting].slice(0, most);
          for (const flow of taken) {
            waiting.delete(flow);
            told.set(flow, totalOf(flow));
          }
          return taken.map(snapshot);
        },
        end: () => followers.delete(waiting),
      };
    },
  };
}

/** The record of this moment. */
export function snapshot({ record, bytes }: TrackedFlow): FlowRecord {
  if (record.endedAt !== null) return { ...record };
  return { ...record, bytesSent: bytes.aToB, bytesReceived: bytes.bToA };
}

function addTo<T>(waiting: Set<T>, flow: T): void {
  waiting.add(flow);
  if (waiting.size <= mostWaiting) return;
  for (const oldest of waiting) {
    waiting.delete(oldest);
    return;
  }
}

function totalOf({ bytes }: TrackedFlow): number {
  return bytes.aToB + bytes.bToA;
}
