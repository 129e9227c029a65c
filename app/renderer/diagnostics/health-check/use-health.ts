// Runs the health checks, all of them or one again, and keeps the results that there are meanwhile.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { HealthCheckId } from '../../../../protocol/health-checks.ts';
import type { HealthReport } from '../../../../protocol/health-report.ts';
import { withNewer } from '../../../shared/health-list.ts';
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
  const runs = useRef(0);

  const runAll = useCallback(async () => {
    runs.current += 1;
    const run = runs.current;
    setRunning('all');
    const startedAt = performance.now();
    const answer = await transport.call('health.run', {});
    if (run !== runs.current) return;
    setRunning(new Set());
    setFault(answer.ok ? null : answer.fault.message);
    if (!answer.ok) return;
    setReport(answer.result);
    setTookMs(performance.now() - startedAt);
  }, [transport]);

  const runOne = useCallback(
    async (id: HealthCheckId) => {
      setRunning((now) => (now === 'all' ? now : new Set([...now, id])));
      const answer = await transport.call('health.run', { only: [id] });
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
    runAll: useCallback(() => void runAll(), [runAll]),
    runOne: useCallback((id) => void runOne(id), [runOne]),
  };
}
