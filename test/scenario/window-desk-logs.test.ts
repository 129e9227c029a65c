// Log bundles through a window's desk: what goes into a bundle where no agent runs, and what is refused.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock as clock } from '../../agent/clock.ts';
import { createWindowDesk, type WindowDesk } from '../../agent/window-desk.ts';

let folder: string;
let desk: WindowDesk;
let stop: AbortController;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-desk-'));
  stop = new AbortController();
  desk = createWindowDesk({
    ...{ socketPath: join(folder, 'agent.sock'), stateDir: join(folder, 'state'), environment: {} },
    ...{ program: 'test', clock, language: 'en', stop: stop.signal },
  });
});
afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true });
});

test('without an agent a bundle holds the machine and its health, and says what is missing', async () => {
  const preview = await desk.call('logs.preview', {});
  expect(preview.parts.map(({ name }) => name)).toEqual(['health', 'machine']);
  const bundle = await desk.collectLogs({ redact: true, parts: ['health', 'flows'] }, '9.9.9');
  expect(bundle).toMatchObject({ version: 1, redacted: true, product: { version: '9.9.9' } });
  expect(bundle.health?.checks.find(({ id }) => id === 'agent-running')?.state).toBe('failed');
  expect([bundle.machine, bundle.flows]).toEqual([undefined, undefined]);
  expect(bundle.leftOut).toEqual([{ part: 'flows', reason: 'the agent could not be asked' }]);
});

test('a part that does not exist is refused by name', async () => {
  await expect(desk.collectLogs({ redact: true, parts: ['everything'] }, '1')).rejects.toMatchObject({
    code: 'bad-message',
    message: expect.stringContaining('bundle.save: parts[0]') as string,
  });
});
