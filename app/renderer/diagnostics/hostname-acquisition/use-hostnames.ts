// The names that the agent knows of, asked again while somebody looks.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { WindowCallResult } from '../../../../protocol/window.ts';
import { useTransport } from '../../window-context.tsx';

export type Hostnames = WindowCallResult<'hostnames.list'>;

const askEveryMs = 2_000;
const most = 10_000;

export function useHostnames(held: boolean): {
  /** Null until the first answer. */
  readonly known: Hostnames | null;
  /** Why there is no newer answer; null while there is one. */
  readonly fault: string | null;
  readonly refresh: () => Promise<void>;
  readonly clear: () => Promise<void>;
} {
  const transport = useTransport();
  const [known, setKnown] = useState<Hostnames | null>(null);
  const newest = useRef('');
  const [fault, setFault] = useState<string | null>(null);
  const refresh = useCallback(async () => {
    const answer = await transport.call('hostnames.list', { limit: most });
    setFault(answer.ok ? null : answer.fault.message);
    if (!answer.ok) return;
    // The same rows stay the same values, so that nothing is drawn again for nothing.
    const text = JSON.stringify(answer.result);
    if (text !== newest.current) setKnown(answer.result);
    newest.current = text;
  }, [transport]);
  const clear = useCallback(async () => {
    const answer = await transport.call('hostnames.clear', {});
    if (answer.ok) await refresh();
    else setFault(answer.fault.message);
  }, [transport, refresh]);
  useEffect(() => {
    if (held) return;
    void refresh();
    const timer = setInterval(() => document.visibilityState === 'visible' && void refresh(), askEveryMs);
    return () => clearInterval(timer);
  }, [held, refresh]);
  return { known, fault, refresh, clear };
}
