// The flows of this window as a view sees them: live, or held still while somebody reads them.
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Transport } from '../../../shared/transport.ts';
import { useTransport } from '../../window-context.tsx';
import { createFlowStore, type FlowStore, type ShownFlow } from './flow-store.ts';

/** One for each window, so that a person who looks at another tab finds the flows again. */
const stores = new WeakMap<Transport, FlowStore>();

export function useFlows(held: boolean): {
  readonly flows: readonly ShownFlow[];
  /** The newest, also while held: for the details of a chosen flow. */
  readonly live: readonly ShownFlow[];
  readonly clear: () => void;
} {
  const transport = useTransport();
  const store = useMemo(() => {
    const known = stores.get(transport);
    if (known !== undefined) return known;
    const made = createFlowStore({
      ...{ transport, now: () => new Date() },
      later: (run, ms) => void setTimeout(run, ms),
      page: {
        isHidden: () => document.hidden,
        onChange(listener) {
          document.addEventListener('visibilitychange', listener);
          return () => document.removeEventListener('visibilitychange', listener);
        },
      },
    });
    stores.set(transport, made);
    return made;
  }, [transport]);
  const live = useSyncExternalStore(store.subscribe, store.flows);
  const [still, setStill] = useState<readonly ShownFlow[] | null>(null);
  const newest = useRef(live);
  useEffect(() => {
    newest.current = live;
  }, [live]);
  useEffect(() => setStill(held ? newest.current : null), [held]);
  return {
    live,
    flows: still ?? live,
    clear() {
      store.clear();
      setStill(null);
    },
  };
}
