// Runs the health checks, all of them or one again, and keeps the results that there are meanwhile.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { HealthCheckId } from '../../../../protocol/health-checks.ts';
import type { HealthReport } from '../../../../protocol/health-report.ts';
import { withNewer } from '../../../shared/health-list.ts';
import { createQuestions } from '../../newest-question.ts';
import { useLanguage, useTransport, useWindowState } from '../../window-context.tsx';

export type Health = {
  readonly report: HealthReport | null;
  /** How long the last run of all took, in ms. */
  readonly tookMs: number | null;
  /** What is being run: all of them, some, or nothing. */
  readonly running: 'all' | ReadonlySet<HealthCheckId>;
  readonly fault: string | null;
  readonly runAll: () => void;
  readonly runOne: (id: HealthCheckId) => void;
};

export function useHealth(): Health {
  const transport = useTransport();
  const language = useLanguage();
  const [report, setReport] = useState<HealthReport | null>(null);
  const [tookMs, setTookMs] = useState<number | null>(null);
  const [running, setRunning] = useState<Health['running']>('all');
  const [fault, setFault] = useState<string | null>(null);
  const { link } = useWindowState();
  const [begin] = useState(createQuestions);
  /** Whether no run of all has begun since the last one. */
  const newest = useRef<() => boolean>(() => true);

  const runAll = useCallback(async () => {
    const isNewest = begin();
    newest.current = isNewest;
    setRunning('all');
    const startedAt = performance.now();
    const answer = await transport.call('health.run', {});
    if (!isNewest()) return;
    setRunning(new Set());
    setFault(answer.ok ? null : answer.fault.message);
    if (!answer.ok) return;
    setReport(answer.result);
    setTookMs(performance.now() - startedAt);
  }, [transport, begin]);

  const runOne = useCallback(
    async (id: HealthCheckId) => {
      setRunning((now) => (now === 'all' ? now : new Set([...now, id])));
      const isNewest = newest.current;
      const answer = await transport.call('health.run', { only: [id] });
      // All were begun since: their results are the newer ones.
      if (!isNewest()) return;
      setRunning((now) => (now === 'all' ? now : new Set([...now].filter((other) => other !== id))));
      setFault(answer.ok ? null : answer.fault.message);
      if (!answer.ok) return;
      setReport((known) => (known === null ? answer.result : withNewer(known, answer.result)));
      setTookMs(null);
    },
    [transport],
  );

  // At the start, when the agent comes or goes, and in another language: the words come with the results.
  useEffect(() => void runAll(), [runAll, language, link.kind]);
  return {
    ...{ report, tookMs, running, fault },
    runAll: useCallback(() => {
      if (running !== 'all') void runAll();
    }, [runAll, running]),
    runOne: useCallback((id) => void runOne(id), [runOne]),
  };
}
