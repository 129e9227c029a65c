// What each destination will see, kept true: asked again whenever the status says that something has changed.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SeenAs } from '../../../../protocol/seen-as.ts';
import type { SeenAsReport } from '../../../../protocol/seen-as-report.ts';
import { predictionKey } from '../../../shared/prediction-key.ts';
import { useLanguage, useTransport, useWindowState } from '../../window-context.tsx';

export type Seen = {
  readonly report: SeenAsReport | null;
  /** Answers about hosts that the person named, the newest first. */
  readonly asked: readonly SeenAs[];
  readonly checking: boolean;
  readonly fault: string | null;
  readonly reload: () => void;
  /** Measures the addresses again, then has reflection services say what they see. */
  readonly checkNow: () => void;
  /** @returns what is wrong with the host, or null */
  readonly ask: (host: string) => Promise<string | null>;
};

export function useSeenAs(): Seen {
  const transport = useTransport();
  const language = useLanguage();
  const { link, status } = useWindowState();
  const [report, setReport] = useState<SeenAsReport | null>(null);
  const [asked, setAsked] = useState<readonly SeenAs[]>([]);
  const [checking, setChecking] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const hosts = useRef<readonly string[]>([]);

  const load = useCallback(
    async (call: 'seen-as.get' | 'seen-as.verify') => {
      const answer = await transport.call(call, { destinations: [] });
      setFault(answer.ok ? null : answer.fault.message);
      // What was predicted before holds no longer, or nobody can say that it does.
      if (answer.ok || call === 'seen-as.get') setReport(answer.ok ? answer.result : null);
      if (!answer.ok) return;
      if (hosts.current.length === 0) return;
      const named = await transport.call(call, { destinations: [...hosts.current] });
      if (named.ok) setAsked(named.result.destinations);
    },
    [transport],
  );

  const key = `${link.kind} ${language} ${status === null ? '' : predictionKey(status)}`;
  useEffect(() => void load('seen-as.get'), [load, key]);

  const checkNow = useCallback(async () => {
    setChecking(true);
    const refreshed = await transport.call('egress.refresh', {});
    if (refreshed.ok) await load('seen-as.verify');
    else setFault(refreshed.fault.message);
    setChecking(false);
  }, [transport, load]);

  const ask = useCallback(
    async (host: string) => {
      const answer = await transport.call('seen-as.get', { destinations: [host] });
      if (!answer.ok) return answer.fault.message;
      hosts.current = [host, ...hosts.current.filter((other) => other !== host)].slice(0, 20);
      const found = answer.result.destinations;
      setAsked((known) => [
        ...found,
        ...known.filter(({ destination }) => !found.some((one) => one.destination === destination)),
      ]);
      return null;
    },
    [transport],
  );
  return {
    ...{ report, asked, checking, fault, ask },
    reload: useCallback(() => void load('seen-as.get'), [load]),
    checkNow: useCallback(() => void checkNow(), [checkNow]),
  };
}
