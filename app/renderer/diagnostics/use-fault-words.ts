// Why a tab has nothing to show, in the person's language where the reason is that the agent is not there.
import { windowWords } from '../../shared/window-words.ts';
import { useTimeOfDay } from '../time-of-day.ts';
import { useLanguage, useWindowState } from '../window-context.tsx';
import { useDiagnostics } from './diagnostics-context.ts';

/** @param fault of the last question; null: it was answered */
export function useFaultWords(fault: string | null): string | null {
  const state = useWindowState();
  const { sentence, cause, remedy } = windowWords(state, useLanguage(), useTimeOfDay());
  const { bundle } = useDiagnostics();
  const { kind } = state.link;
  if (fault === null || bundle !== null || kind === 'live' || kind === 'starting') return fault;
  return [sentence, cause, remedy].filter((text) => text !== null).join(' ');
}
