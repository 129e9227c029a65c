// The starts and ends of the agent, and which of its runs ended without a word: it was killed, or it broke.

/** One run of the agent. Times are milliseconds since 1970. */
export type Run = {
  readonly startedAt: number;
  /** Null while it runs, and for good where it ended without a word. */
  readonly endedAt: number | null;
  readonly pid: number;
  /** The kernel's id of the time since the machine started; null where the system has none. */
  readonly bootId: string | null;
};

/** A run that ended without a word. */
export type LostRun = {
  readonly run: Run;
  /** When it was missed: the next start or, where there was none, this moment. */
  readonly missedAt: number;
  /** It went down with the machine. Null: the system has no id that would tell. */
  readonly withMachine: boolean | null;
};

/** The record, and whoever reads it. */
export type RunFacts = {
  /** The oldest first. */
  readonly runs: readonly Run[];
  /** Why the record is not whole: it could not be read, or not be written. */
  readonly fault: string | null;
  readonly now: number;
  /** Of this moment. */
  readonly bootId: string | null;
  /** Whether the newest run goes on. */
  readonly isRunning: boolean;
};

/** The oldest are forgotten: an agent that breaks every few minutes still fills no disk. */
export const mostRuns = 100;

export function withStart(runs: readonly Run[], started: Run): readonly Run[] {
  return [...runs, started].slice(-mostRuns);
}

export function withEnd(runs: readonly Run[], ended: Run, endedAt: number): readonly Run[] {
  const isSame = (run: Run): boolean => run.startedAt === ended.startedAt && run.pid === ended.pid;
  return runs.map((run) => (isSame(run) ? { ...run, endedAt } : run));
}

/** In the order of the starts. What follows a run in the list follows it in time, whatever the clocks said. */
export function lostRuns({ runs, isRunning, ...present }: RunFacts): readonly LostRun[] {
  return runs.flatMap((run, i): readonly LostRun[] => {
    const next = runs[i + 1];
    if (run.endedAt !== null || (next === undefined && isRunning)) return [];
    const bootId = (next ?? present).bootId;
    const isTold = run.bootId !== null && bootId !== null;
    return [
      {
        run,
        missedAt: next?.startedAt ?? present.now,
        withMachine: isTold ? run.bootId !== bootId : null,
      },
    ];
  });
}
