// What each destination will see, kept true: asked again whenever the status says that something has changed.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SeenAs } from '../../../../protocol/seen-as.ts';
import type { SeenAsReport } from '../../../../protocol/seen-as-report.ts';
import { createQuestions } from '../../newest-question.ts';
import { usePredictionKey } from '../../use-prediction-key.ts';
import { useTransport } from '../../window-context.tsx';

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
  const [report, setReport] = useState<SeenAsReport | null>(null);
  const [asked, setAsked] = useState<readonly SeenAs[]>([]);
  const [checking, setChecking] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const hosts = useRef<readonly string[]>([]);
  const [begin] = useState(createQuestions);

  /** @returns whether its answer is shown: not where a newer question overtook it */
  const load = useCallback(
    async (call: 'seen-as.get' | 'seen-as.verify') => {
      const isNewest = begin();
      const answer = await transport.call(call, { destinations: [] });
      if (!isNewest()) return false;
      const named =
        !answer.ok || hosts.current.length === 0
          ? null
          : await transport.call(call, { destinations: [...hosts.current] });
      if (!isNewest()) return false;
      const [failed] = [answer, named].flatMap((one) => (one === null || one.ok ? [] : [one]));
      setFault(failed?.fault.message ?? null);
      // What was told before may hold no more; an answer of reflection services that is missing changes nothing.
      if (answer.ok) setReport(answer.result);
      else if (call === 'seen-as.get') setReport(null);
      setAsked((known) => (named === null ? known : named.ok ? eachOnce(named.result.destinations) : []));
      return true;
    },
    [transport, begin],
  );

  const key = usePredictionKey();
  useEffect(() => void load('seen-as.get'), [load, key]);

  const checkNow = useCallback(async () => {
    setChecking(true);
    const refreshed = await transport.call('egress.refresh', {});
    if (!refreshed.ok) setFault(refreshed.fault.message);
    // The agent remembers what was verified.
    else if (!(await load('seen-as.verify'))) await load('seen-as.get');
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

/** A host may have been asked for with its port and without. */
function eachOnce(list: readonly SeenAs[]): readonly SeenAs[] {
  return [...new Map(list.map((one) => [one.destination, one])).values()];
}
