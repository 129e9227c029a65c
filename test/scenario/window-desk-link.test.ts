// What a window's desk says of the agent at each moment: there, refused, gone, and in which language it speaks.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWindowDesk, type WindowDesk } from '../../agent/window-desk.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type ScriptedAgent, startScriptedAgent } from '../support/scripted-agent.ts';

/** A guard against a hang on a busy machine, not a measure. */
const patience = { timeout: 10_000, interval: 10 };

let folder: string;
let socketPath: string;
let clock: ReturnType<typeof manualClock>;
let stop: AbortController;
let agent: ScriptedAgent | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-desk-'));
  socketPath = join(folder, 'agent.sock');
  clock = manualClock();
  stop = new AbortController();
  agent = null;
});
afterEach(async () => {
  stop.abort();
  await agent?.close();
  rmSync(folder, { recursive: true });
});

const openDesk = (): WindowDesk =>
  createWindowDesk({
    ...{ socketPath, stateDir: folder, environment: {} },
    ...{ program: 'test', clock, language: 'en', stop: stop.signal },
  });

const link = (desk: WindowDesk, kind: string) =>
  vi.waitFor(() => expect(desk.state().link.kind).toBe(kind), patience);

/** The next attempt is due when the one before it is over. */
const nextAttempt = async (): Promise<void> => {
  await vi.waitFor(() => expect(clock.pending()).toBe(1), patience);
  clock.advance(1_000);
};

/** What is there and is no agent. */
const putStranger = (): void => writeFileSync(socketPath, '');

test('whoever refused and is gone refuses no longer', async () => {
  putStranger();
  const desk = openDesk();
  await link(desk, 'refused');
  rmSync(socketPath);
  await nextAttempt();
  await link(desk, 'absent');
});

test('a stranger in the place of the agent is told as one, however often it is asked', async () => {
  agent = await startScriptedAgent(socketPath);
  const desk = openDesk();
  await link(desk, 'live');
  await agent.close();
  agent = null;
  putStranger();
  desk.speak('de');
  await link(desk, 'absent');
  await nextAttempt();
  await link(desk, 'refused');
  await nextAttempt();
  await vi.waitFor(() => expect(clock.pending()).toBe(1), patience);
  expect(desk.state().link).toMatchObject({ kind: 'refused', cause: expect.any(String) as string });
});

test('a stranger that takes the place while the language changes is told as one', async () => {
  agent = await startScriptedAgent(socketPath);
  const desk = openDesk();
  await link(desk, 'live');
  desk.speak('de');
  // The connection has been given up for another, which is due at once.
  await vi.waitFor(() => expect(clock.pending()).toBe(1), patience);
  expect(desk.state().link.kind).toBe('live');
  await agent.close();
  agent = null;
  putStranger();
  clock.advance(0);
  await link(desk, 'refused');
  await nextAttempt();
  await vi.waitFor(() => expect(clock.pending()).toBe(1), patience);
  expect(desk.state().link.kind).toBe('refused');
});

test('a language that is chosen while the first connection is made is the one that is spoken', async () => {
  agent = await startScriptedAgent(socketPath);
  const { languages } = agent;
  const desk = openDesk();
  desk.speak('de');
  await vi.waitFor(() => {
    clock.advance(0);
    expect([desk.state().link.kind, languages.at(-1)]).toEqual(['live', 'de']);
  }, patience);
});
