// The time for texts that count: it moves once a second, and only while somebody can see the page.
import { useSyncExternalStore } from 'react';

/** Wall clock in ms, in whole seconds. Only what uses it is drawn again. */
export function useSecond(): number {
  return useSyncExternalStore(everySecond, () => Math.floor(Date.now() / 1000) * 1000);
}

function everySecond(listener: () => void): () => void {
  const tick = (): void => {
    if (!document.hidden) listener();
  };
  const timer = setInterval(tick, 1000);
  document.addEventListener('visibilitychange', tick);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', tick);
  };
}
