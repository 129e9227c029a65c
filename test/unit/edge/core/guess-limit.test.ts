import { describe, expect, test } from 'vitest';
import { createGuessLimit, type GuessRates } from '../../../../edge/core/guess-limit.ts';
import { type Address, parseAddress } from '../../../../protocol/address.ts';

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === null) throw new Error(text);
  return parsed;
}
const rates: GuessRates = {
  perAddress: { burst: 10, perSecond: 1 / 30 },
  together: { burst: 60, perSecond: 1 },
};
const stranger = address('198.51.100.7');

describe('one address', () => {
  test('may be wrong ten times, and then once in thirty seconds', () => {
    const limit = createGuessLimit(rates, 0);
    for (let i = 0; i < 10; i++) {
      expect(limit.waitMs(stranger, 0)).toBe(0);
      limit.wasWrong(stranger, 0);
    }
    expect(limit.waitMs(stranger, 29_000)).toBeCloseTo(1000);
    expect(limit.waitMs(stranger, 30_001)).toBe(0);
    expect(limit.waitMs(address('198.51.100.8'), 0)).toBe(0);
  });

  test('of IPv6 is a whole network of 64 bits', () => {
    const limit = createGuessLimit(rates, 0);
    for (let i = 1; i <= 10; i++) limit.wasWrong(address(`2001:db8::${i}`), 0);
    expect(limit.waitMs(address('2001:db8::ffff'), 0)).toBeGreaterThan(0);
    expect(limit.waitMs(address('2001:db8:0:1::1'), 0)).toBe(0);
  });
});

test('all together may be wrong sixty times, and then once a second', () => {
  const limit = createGuessLimit(rates, 0);
  const wrong = (n: number, at: number) => limit.wasWrong(address(`192.0.2.${n}`), at);
  for (let i = 0; i < 60; i++) expect(wrong(i, 0)).toBe(true);
  expect([wrong(60, 0), wrong(61, 1000), wrong(62, 1000)]).toEqual([false, true, false]);
  // Others are not hindered from trying: only what is wrong is counted.
  expect(limit.waitMs(stranger, 1000)).toBe(0);
});
