// The record of the agent's starts and ends: one small file in the state directory that outlasts a crash.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { explain } from '../protocol/error.ts';
import { parse } from '../protocol/parse.ts';
import type { Clock } from './clock.ts';
import { mostRuns, type Run, type RunFacts, withEnd, withStart } from './core/run-history.ts';
import { readStateFile, writeStateFile } from './state-file.ts';

export type RunRecord = {
  /** This run among the earlier ones. */
  readonly facts: () => RunFacts;
  /** The agent runs: from here on an end that is not recorded is a crash. Never rejects; a fault is told and kept. */
  readonly begin: () => Promise<void>;
  /** It ends as it was told to. Never rejects; a fault is told. */
  readonly end: () => Promise<void>;
};

export type RunRecordSetup = {
  readonly stateDir: string;
  readonly pid: number;
  /** As `readBootId` has it. */
  readonly bootId: string | null;
  readonly clock: Clock;
  /** The record could not be read or written; the agent goes on without. */
  readonly onFault: (reason: string) => void;
};

const stored = z.strictObject({
  version: z.literal(1),
  runs: z
    .array(
      z.strictObject({
        startedAt: z.int(),
        endedAt: z.int().nullable(),
        pid: z.int(),
        bootId: z.string().max(64).nullable(),
      }),
    )
    .max(mostRuns),
});

/** Where Linux keeps it; it changes with every start of the machine (random(4)). */
const bootIdFile = '/proc/sys/kernel/random/boot_id';

export function runRecordPath(stateDir: string): string {
  return join(stateDir, 'runs.json');
}

/** Never rejects: a file that cannot be used stops nothing, and `fault` says why. */
export async function readRuns(stateDir: string): Promise<Pick<RunFacts, 'runs' | 'fault'>> {
  const path = runRecordPath(stateDir);
  try {
    const value = await readStateFile(path);
    return { runs: value === null ? [] : parse(stored, value, path, 'bad-config').runs, fault: null };
  } catch (error) {
    return { runs: [], fault: explain(error) };
  }
}

export async function openRunRecord(setup: RunRecordSetup): Promise<RunRecord> {
  const { stateDir, pid, bootId, clock, onFault } = setup;
  let { runs, fault } = await readRuns(stateDir);
  let self: Run | null = null;
  if (fault !== null) onFault(fault);
  const replace = async (next: readonly Run[]): Promise<void> => {
    runs = next;
    try {
      await writeStateFile(runRecordPath(stateDir), { version: 1, runs });
    } catch (error) {
      fault = explain(error);
      onFault(fault);
    }
  };
  return {
    facts: () => ({ runs, fault, bootId, now: clock.now(), isRunning: self !== null }),
    async begin() {
      self = { startedAt: clock.now(), endedAt: null, pid, bootId };
      await replace(withStart(runs, self));
    },
    async end() {
      if (self !== null) await replace(withEnd(runs, self, clock.now()));
    },
  };
}

/** Null where the system has none. */
export async function readBootId(file = bootIdFile): Promise<string | null> {
  const text = await readFile(file, 'latin1').catch(() => '');
  return text.trim() === '' ? null : text.trim();
}
