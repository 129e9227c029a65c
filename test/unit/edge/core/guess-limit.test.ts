import { describe, expect, test } from 'vitest';
import { createGuessLimit } from '../../../../edge/core/guess-limit.ts';
import { type Address, parseAddress } from '../../../../protocol/address.ts';

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === null) throw new Error(text);
  return parsed;
}
const stranger = address('198.51.100.7');

describe('one address', () => {
  test('may be wrong ten times, and then once in thirty seconds', () => {
    const limit = createGuessLimit(0);
    for (let i = 0; i < 10; i++) {
      expect(limit.mayTry(stranger, 0)).toBe(true);
      limit.wasWrong(stranger, 0);
    }
    expect(limit.mayTry(stranger, 29_000)).toBe(false);
    expect(limit.mayTry(stranger, 30_001)).toBe(true);
    expect(limit.mayTry(address('198.51.100.8'), 0)).toBe(true);
  });

  test('of IPv6 is a whole network of 64 bits', () => {
    const limit = createGuessLimit(0);
    for (let i = 1; i <= 10; i++) limit.wasWrong(address(`2001:db8::${i}`), 0);
    expect(limit.mayTry(address('2001:db8::ffff'), 0)).toBe(false);
    expect(limit.mayTry(address('2001:db8:0:1::1'), 0)).toBe(true);
  });
});

test('all together may be wrong sixty times, and then once a second', () => {
  const limit = createGuessLimit(0);
  const wrong = (n: number, at: number) => limit.wasWrong(address(`192.0.2.${n}`), at);
  for (let i = 0; i < 60; i++) expect(wrong(i, 0)).toBe(true);
  expect([wrong(60, 0), wrong(61, 1000), wrong(62, 1000)]).toEqual([false, true, false]);
  // Others are not hindered from trying: only what is wrong is counted.
  expect(limit.mayTry(stranger, 1000)).toBe(true);
});
