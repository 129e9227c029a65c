// A check that passes takes its card away, and the button in it that was pressed: the focus goes to what is next.
import { useCallback, useEffect, useRef } from 'react';
import type { HealthReport } from '../../../../protocol/health-report.ts';

/** @returns to be called when a card's button is pressed */
export function useNextFocus(report: HealthReport | null): () => void {
  const pressed = useRef(false);
  useEffect(() => {
    if (pressed.current && document.activeElement === document.body) {
      const next = document.querySelector<HTMLElement>('.check .button');
      (next ?? document.querySelector<HTMLElement>('.view-head .primary'))?.focus();
    }
    pressed.current = false;
  }, [report]);
  return useCallback(() => {
    pressed.current = true;
  }, []);
}
