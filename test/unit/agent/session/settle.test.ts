// A crash at every point of setting and restoring, over real files: afterwards everything is as it was before.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../../agent/clock.ts';
import { createEnvironmentFiles } from '../../../../agent/session/environment-file.ts';
import { type SavedFile, savedFile } from '../../../../agent/session/saved-file.ts';
import { settle } from '../../../../agent/session/settle.ts';
import type { SystemProxy } from '../../../../agent/session/system-proxy.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

class Crash extends Error {}

/** Ends the "process" before or after the effect with number `at`; nothing of it goes on. */
function crashing(
  at: number,
): <A extends unknown[], T>(effect: (...given: A) => Promise<T>) => (...given: A) => Promise<T> {
  let point = 0;
  const pass = () => {
    if (point++ >= at) throw new Crash();
  };
  return (effect) =>
    async (...given) => {
      pass();
      const result = await effect(...given);
      pass();
      return result;
    };
}

function world(at: number): { readonly system: SystemProxy; readonly saved: SavedFile } {
  const fragile = crashing(at);
  const system = createEnvironmentFiles(folder, { XDG_CONFIG_HOME: join(folder, 'config') });
  const saved = savedFile(join(folder, 'state'));
  return {
    system: {
      ...system,
      // One file at a time: a crash between two of them is a crash as well.
      write: async (entries) => {
        for (const entry of Object.entries(entries)) await fragile(system.write)(Object.fromEntries([entry]));
        return [];
      },
    },
    saved: { ...saved, write: fragile(saved.write), remove: fragile(saved.remove) },
  };
}

/** Whether it came to its end. */
async function run(httpProxies: readonly (string | null)[], at: number): Promise<boolean> {
  const { system, saved } = world(at);
  try {
    for (const httpProxy of httpProxies) {
      const wish =
        httpProxy === null ? null : system.wish({ httpProxy, pacUrl: '', marks: [] }, await system.read());
      await settle({ system, saved, clock: systemClock, wish, foreign: 'adopt', writesLeft: 3 });
    }
    return true;
  } catch (error) {
    if (error instanceof Crash) return false;
    throw error;
  }
}

const whole = ['127.0.0.1:1', '127.0.0.1:2', null];
const never = Number.POSITIVE_INFINITY;
/** Every point of the second session takes 20 s; the fast run takes each sixth, others after each point of the first. */
const stride = process.env.OPENGSA_SESSION_KILLS === undefined ? 6 : 1;

test('crashes at every point of one session and of the next one leave nothing', async () => {
  const originals = { '.profile': 'umask 022', '.bash_profile': '. ~/.profile\n' };
  let crashes = 0;
  let first = 0;
  for (let complete = false; !complete; first++) {
    for (let second = first % stride; second < 12; second += stride) {
      for (const [name, text] of Object.entries(originals)) writeFileSync(join(folder, name), text);
      complete = await run(whole, first);
      crashes += 1;
      await run(['127.0.0.1:3', null], second);
      expect(await run([null], never)).toBe(true);
      for (const [name, text] of Object.entries(originals)) {
        expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
      }
      expect(existsSync(join(folder, 'config/environment.d/60-opengsa.conf'))).toBe(false);
      expect(existsSync(join(folder, 'state/session-proxy.json'))).toBe(false);
    }
  }
  expect(crashes).toBeGreaterThanOrEqual(200 / stride);
}, 60_000);

test('a system that keeps nothing is written so often and no more, and warns once', async () => {
  const system: SystemProxy = {
    ...createEnvironmentFiles(folder, {}),
    write: () => Promise.resolve(['told']),
  };
  const saved = savedFile(join(folder, 'state'));
  const wish = system.wish({ httpProxy: '127.0.0.1:1', pacUrl: '', marks: [] }, await system.read());
  const settled = await settle({ system, saved, clock: systemClock, wish, foreign: 'adopt', writesLeft: 3 });
  expect(settled).toMatchObject({
    state: { kind: 'not-kept' },
    writes: 3,
    warnings: ['told'],
  });
});
