// What a person chose about windows in the browser: one small file of theirs, since a page forgets with its port.
import { join } from 'node:path';
import { z } from 'zod';
import { OpenGsaError } from '../../protocol/error.ts';
import { parse } from '../../protocol/parse.ts';
import { shellCalls, windowSettings, type WindowSettings } from '../../protocol/window.ts';
import { readStateFile, writeStateFile } from '../state-file.ts';

export type SettingsStore = {
  readonly get: () => WindowSettings;
  /** @throws OpenGsaError `bad-message`, `bad-usage` for what only the desktop has */
  readonly set: (changes: unknown) => Promise<WindowSettings>;
};

const chosen = windowSettings.pick({ theme: true, language: true });
const file = z.object({ version: z.literal(1), ...chosen.shape });
/** A browser can neither start with the system nor show the agent's notifications. */
const desktopOnly = { startAtLogin: false, notifications: false } as const;

/** @param warn told where the file cannot be used; the defaults hold then */
export async function openSettingsStore(
  configDirectory: string,
  warn: (cause: unknown) => void,
): Promise<SettingsStore> {
  const path = join(configDirectory, 'windows.json');
  let settings: WindowSettings = { theme: 'system', language: 'system', ...desktopOnly };
  try {
    const stored = await readStateFile(path);
    if (stored !== null) settings = { ...settings, ...chosen.parse(parse(file, stored, path)) };
  } catch (cause) {
    warn(cause);
  }
  return {
    get: () => settings,
    async set(changes) {
      const asked = parse(shellCalls['settings.set'].params, changes, 'settings.set');
      if (asked.startAtLogin === true || asked.notifications === true) {
        throw new OpenGsaError('bad-usage', 'the browser has no start at login and no notifications');
      }
      const { theme = settings.theme, language = settings.language } = asked;
      await writeStateFile(path, { version: 1, theme, language });
      settings = { theme, language, ...desktopOnly };
      return settings;
    },
  };
}
