// The flows that windows follow, over the one connection of the person's process: asked for while somebody listens.
import type { FlowRecord } from '../protocol/flow-record.ts';
import type { ManagementClient } from './management/client.ts';

type FlowListener = (flows: readonly FlowRecord[]) => void;

export type FlowFollowing = {
  /** Everybody then hears every record again: a listener that came later has missed them. */
  readonly follow: (listener: FlowListener) => () => void;
  readonly tell: FlowListener;
  /** The connection may be another one: an agent that started again knows of no follower. */
  readonly agentMayDiffer: () => void;
};

/** @param client the connection to the agent; null while there is none */
export function createFlowFollowing(client: () => Pick<ManagementClient, 'call'> | null): FlowFollowing {
  const listeners = new Set<FlowListener>();
  let asked: Pick<ManagementClient, 'call'> | null = null;

  const ask = (method: 'flows.subscribe' | 'flows.unsubscribe'): void => {
    asked = client();
    // A connection that ends here is told by `agentMayDiffer`, and the next one is asked.
    asked?.call(method, {}).catch(() => undefined);
  };
  return {
    follow(listener) {
      listeners.add(listener);
      ask('flows.subscribe');
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) ask('flows.unsubscribe');
      };
    },
    tell: (flows) => listeners.forEach((listener) => listener(flows)),
    agentMayDiffer() {
      if (listeners.size > 0 && client() !== asked) ask('flows.subscribe');
    },
  };
}
