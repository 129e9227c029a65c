// The keys that every window has: settings, documentation, and closing.
import { useEffect } from 'react';
import { isEscapeTaken } from './escape.ts';
import { useTransport } from './window-context.tsx';

/** A key that somebody has used already, as a panel that closes on Esc, is left alone. */
export function useWindowKeys(): void {
  const transport = useTransport();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const key = pressed(event);
      if (event.defaultPrevented || key === null) return;
      event.preventDefault();
      switch (key) {
        case 'settings':
          return void transport.call('window.open', { view: 'settings' });
        case 'documentation':
          return void transport.call('link.open', { link: 'documentation' });
        case 'close':
          return void transport.call('window.close', {});
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [transport]);
}

function pressed(event: KeyboardEvent): 'settings' | 'documentation' | 'close' | null {
  if (event.altKey || event.shiftKey) return null;
  if (event.ctrlKey || event.metaKey) {
    if (event.key === ',') return 'settings';
    return event.key === 'w' ? 'close' : null;
  }
  if (event.key === 'F1') return 'documentation';
  return event.key === 'Escape' && !isEscapeTaken(event) ? 'close' : null;
}
