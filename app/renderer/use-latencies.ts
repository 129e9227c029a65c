// The latencies of one window since it was opened: gathered beside React, so that a view that is shown later has them all.
import { useSyncExternalStore } from 'react';
import type { WindowState } from '../../protocol/window.ts';
import { type LatencyHistory, withLatencies } from '../shared/latency-history.ts';
import type { Transport } from '../shared/transport.ts';
import { useTransport, useWindowState } from './window-context.tsx';

type Gathered = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly current: () => LatencyHistory;
};

const gathered = new WeakMap<Transport, Gathered>();

export function useLatencies(): LatencyHistory {
  const transport = useTransport();
  const state = useWindowState();
  let found = gathered.get(transport);
  if (found === undefined) {
    found = gather(transport, state);
    gathered.set(transport, found);
  }
  return useSyncExternalStore(found.subscribe, found.current);
}

function gather(transport: Transport, first: WindowState): Gathered {
  const listeners = new Set<() => void>();
  let history: LatencyHistory = new Map();
  const learn = ({ status }: WindowState): void => {
    if (status === null) return;
    history = withLatencies(history, status);
    for (const listener of listeners) listener();
  };
  learn(first);
  transport.on('state', learn);
  return {
    current: () => history,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
