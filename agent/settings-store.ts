// What a person chose and what must outlast the agent: the mode, and which profiles are on.
import { join } from 'node:path';
import { z } from 'zod';
import { parse } from '../protocol/parse.ts';
import type { Mode } from './core/mode.ts';
import { readStateFile, writeStateFile } from './state-file.ts';

/** Times are milliseconds since 1970. */
const mode = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('on') }),
  z.strictObject({ kind: z.literal('disconnected'), since: z.int() }),
  z.strictObject({ kind: z.literal('paused'), since: z.int(), until: z.int() }),
]);

const settingsSchema = z.strictObject({
  version: z.literal(1),
  mode,
  /** By name of the profile; absent: the configuration decides. */
  profiles: z.record(z.string(), z.strictObject({ enabled: z.boolean(), changedAt: z.int() })),
});

export type Settings = {
  readonly mode: Mode;
  readonly profiles: Readonly<Record<string, { readonly enabled: boolean; readonly changedAt: number }>>;
};

export type SettingsStore = {
  readonly read: () => Settings;
  /** In force at once; resolves when it is on disk. Writes happen in order. */
  readonly change: (changes: Partial<Settings>) => Promise<void>;
};

/** @throws OpenGsaError `bad-config` for a file that does not hold settings */
export async function openSettings(stateDir: string): Promise<SettingsStore> {
  const path = join(stateDir, 'settings.json');
  let settings = readSettings(await readStateFile(path), path);
  let written: Promise<void> = Promise.resolve();
  return {
    read: () => settings,
    change(changes) {
      settings = { ...settings, ...changes };
      const value = { version: 1, ...settings };
      // A write that failed has told its own caller; the next one is tried all the same.
      written = written.catch(() => undefined).then(() => writeStateFile(path, value));
      return written;
    },
  };
}

function readSettings(value: unknown, path: string): Settings {
  if (value === null) return { mode: { kind: 'on' }, profiles: {} };
  const { mode: stored, profiles } = parse(settingsSchema, value, path, 'bad-config');
  return { mode: stored, profiles };
}
