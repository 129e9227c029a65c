// What tabs of the diagnostics window know of the window around them.
import { createContext, useCallback, useContext } from 'react';
import type { DiagnosticsTab } from '../../../protocol/window-tabs.ts';
import type { LogBundle } from '../../../protocol/log-bundle.ts';

export type Diagnostics = {
  /** The bundle that is shown in place of the running agent; null: none. */
  readonly bundle: LogBundle | null;
  readonly show: (tab: DiagnosticsTab) => void;
  /** Has the person choose a bundle's file. */
  readonly chooseBundle: () => void;
};

export const DiagnosticsContext = createContext<Diagnostics | null>(null);

/** The time for which what is shown is true, in ms: of a bundle, when it was made. */
export function useShownTime(): () => number {
  const { bundle } = useDiagnostics();
  const madeAt = bundle?.createdAt ?? null;
  return useCallback(() => (madeAt === null ? Date.now() : Date.parse(madeAt)), [madeAt]);
}

export function useDiagnostics(): Diagnostics {
  const diagnostics = useContext(DiagnosticsContext);
  if (diagnostics === null) throw new Error('a tab is used outside of the diagnostics window');
  return diagnostics;
}
