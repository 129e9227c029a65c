import { describe, expect, test } from 'vitest';
import {
  busyPingMs,
  idlePingMs,
  missesUntilDead,
  pingAnswerMs,
  watchLiveness,
} from '../../../../agent/tunnel/liveness.ts';
import { manualClock } from '../../../support/manual-clock.ts';

function watch({ busy = true } = {}) {
  const clock = manualClock();
  const seen = { questions: 0, dead: 0, received: 0, busy, answers: true };
  let answer: () => void = () => undefined;
  const liveness = watchLiveness({
    clock,
    busy: () => seen.busy,
    bytesReceived: () => seen.received,
    onDead: () => (seen.dead += 1),
    ping: (answered) => {
      seen.questions += 1;
      answer = answered;
      if (seen.answers) answered();
      return true;
    },
  });
  return { clock, seen, ...liveness, answer: () => answer() };
}

test('a peer that answers is asked again, sooner while flows are open', () => {
  const { clock, seen } = watch();
  clock.advance(busyPingMs * 3);
  expect(seen).toMatchObject({ questions: 3, dead: 0 });
  seen.busy = false;
  clock.advance(busyPingMs);
  expect(seen.questions).toBe(4);
  clock.advance(idlePingMs - 1);
  expect(seen.questions).toBe(4);
  clock.advance(1);
  expect(seen.questions).toBe(5);
});

describe('a peer that does not answer', () => {
  test('is dead after two questions, once', () => {
    const { clock, seen } = watch();
    seen.answers = false;
    clock.advance(busyPingMs + missesUntilDead * pingAnswerMs - 1);
    expect(seen).toMatchObject({ questions: 2, dead: 0 });
    clock.advance(1);
    expect(seen.dead).toBe(1);
    clock.advance(60_000);
    expect(seen).toMatchObject({ questions: 2, dead: 1 });
  });

  test('lives while bytes arrive', () => {
    const { clock, seen } = watch();
    seen.answers = false;
    for (let i = 0; i < 20; i += 1) {
      seen.received += 1;
      clock.advance(1000);
    }
    expect(seen.dead).toBe(0);
  });

  test('lives if the answer to the first question comes during the second', () => {
    const { clock, seen, answer } = watch();
    seen.answers = false;
    clock.advance(busyPingMs + pingAnswerMs);
    expect(seen.questions).toBe(2);
    seen.answers = true;
    answer();
    clock.advance(pingAnswerMs);
    expect(seen.dead).toBe(0);
  });
});

test('examined, it asks at once, though only one question at a time', () => {
  const { clock, seen, examine } = watch({ busy: false });
  seen.answers = false;
  examine();
  examine();
  expect(seen.questions).toBe(1);
  clock.advance(missesUntilDead * pingAnswerMs);
  expect(seen.dead).toBe(1);
});

test('an idle session that becomes busy is asked soon', () => {
  const { clock, seen, poke } = watch({ busy: false });
  poke();
  clock.advance(busyPingMs);
  expect(seen.questions).toBe(1);
});

test('short flows, one after another, do not put the question off', () => {
  const { clock, seen, poke } = watch({ busy: false });
  for (let i = 0; i < 4; i += 1) {
    poke();
    clock.advance(busyPingMs / 2);
  }
  expect(seen.questions).toBeGreaterThan(0);
});

test('stopped, it neither asks nor judges', () => {
  const { clock, seen, stop, examine } = watch();
  seen.answers = false;
  clock.advance(busyPingMs);
  stop();
  examine();
  clock.advance(60_000);
  expect(seen).toMatchObject({ questions: 1, dead: 0 });
  expect(clock.pending()).toBe(0);
});
