// What tabs of the diagnostics window know of the window around them.
import { createContext, useContext } from 'react';
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

export function useDiagnostics(): Diagnostics {
  const diagnostics = useContext(DiagnosticsContext);
  if (diagnostics === null) throw new Error('a tab is used outside of the diagnostics window');
  return diagnostics;
}
