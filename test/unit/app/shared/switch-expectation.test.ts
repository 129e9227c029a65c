// A switch that is put somewhere: it shows the wish at once and the truth after three seconds, with a reason.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  nextExpectation,
  patienceMs,
  settled,
  shownPosition,
  type SwitchExpectation,
} from '../../../../app/shared/switch-expectation.ts';

const wish = nextExpectation(settled, { kind: 'asked', wanted: true }, 1_000);

const refused = nextExpectation(
  wish,
  { kind: 'refused', wanted: true, message: 'the profile is locked' },
  1_100,
);

test('the wish is shown before it is true', () => {
  expect(shownPosition(wish, false)).toBe(true);
  expect(nextExpectation(wish, { kind: 'seen', actual: false }, 1_000 + patienceMs - 1)).toBe(wish);
});

test('a wish that comes true leaves nothing behind', () => {
  expect(nextExpectation(wish, { kind: 'seen', actual: true }, 1_200)).toEqual(settled);
});

test('after three seconds the truth, with the reason', () => {
  const after = nextExpectation(wish, { kind: 'seen', actual: false }, 1_000 + patienceMs);
  expect(after).toEqual({ kind: 'settled', fault: { kind: 'no-effect' }, wanted: true });
  expect(shownPosition(after, false)).toBe(false);
});

test('a refusal is shown at once, with its words', () => {
  expect(refused).toEqual({
    ...{ kind: 'settled', fault: { kind: 'refused', message: 'the profile is locked' } },
    wanted: true,
  });
});

test('a reason stays until the wish comes true after all, by whoever', () => {
  expect(nextExpectation(refused, { kind: 'seen', actual: false }, 60_000)).toBe(refused);
  expect(nextExpectation(refused, { kind: 'seen', actual: true }, 60_000)).toEqual(settled);
});

const event = fc.oneof(
  fc.record({ kind: fc.constant('asked' as const), wanted: fc.boolean() }),
  fc.record({ kind: fc.constant('seen' as const), actual: fc.boolean() }),
  fc.record({ kind: fc.constant('refused' as const), wanted: fc.boolean(), message: fc.string() }),
);

test('whatever happens, what is not true is shown for three seconds at most after it was last asked for', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat(2_000)), { maxLength: 30 }), (events) => {
      let state: SwitchExpectation = settled;
      let now = 0;
      let askedAt = Number.NEGATIVE_INFINITY;
      for (const [news, wait] of events) {
        now += wait;
        if (news.kind === 'asked') askedAt = now;
        state = nextExpectation(state, news, now);
        if (news.kind !== 'seen') continue;
        if (now - askedAt >= patienceMs) expect(shownPosition(state, news.actual)).toBe(news.actual);
        // Shown and true differ only while a wish is awaited.
        if (state.kind === 'settled') expect(shownPosition(state, news.actual)).toBe(news.actual);
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});
