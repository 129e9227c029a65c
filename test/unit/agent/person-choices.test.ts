// What the person has chosen holds by the wall clock, whatever becomes of timers.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAgentConfig } from '../../../agent/config.ts';
import { createPersonChoices } from '../../../agent/person-choices.ts';
import { manualClock } from '../../support/manual-clock.ts';

const minuteMs = 60_000;
let stateDir: string;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'opengsa-choices-'));
});
afterEach(() => rm(stateDir, { recursive: true }));

async function pausedFor(minutes: number) {
  const clock = manualClock();
  const choices = await createPersonChoices(parseAgentConfig({}, 'agent.yaml'), stateDir, clock);
  const ends: number[] = [];
  choices.onModeEnd(() => ends.push(clock.now()));
  await choices.change({ kind: 'pause', minutes });
  return { clock, choices, ends, until: clock.now() + minutes * minuteMs };
}

test('a pause ends at its minute, once', async () => {
  const { clock, choices, ends, until } = await pausedFor(60);
  clock.advance(60 * minuteMs - 1);
  expect([choices.mode().kind, ends]).toEqual(['paused', []]);
  clock.advance(1);
  expect([choices.mode().kind, ends]).toEqual(['on', [until]]);
  clock.advance(60 * minuteMs);
  expect(ends).toHaveLength(1);
  expect(clock.pending()).toBe(0);
});

test.each([
  ['that was slept over', 120 * minuteMs],
  ['whose beginning is in the future since the clock was set back', -120 * minuteMs],
])('a pause %s ends within seconds', async (_, jump) => {
  const { clock, choices, ends } = await pausedFor(60);
  clock.jump(jump);
  clock.advance(5_000);
  expect(choices.mode().kind).toBe('on');
  expect(ends).toHaveLength(1);
});

test('a pause that the person ends is not ended again', async () => {
  const { clock, choices, ends } = await pausedFor(60);
  await choices.change({ kind: 'resume' });
  clock.advance(120 * minuteMs);
  expect(ends).toEqual([]);
});
