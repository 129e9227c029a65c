// Addresses for names: the same for as long as anybody can remember them, never two names at once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress, parsePrefix } from '../../../../protocol/address.ts';
import {
  createSyntheticAddresses,
  probeAddressOf,
  leastRestMs,
  readSyntheticAddresses,
} from '../../../../agent/core/synthetic-addresses.ts';

const range = parsePrefix('6.6.0.0/16')!;
/** Six names fit. */
const small = parsePrefix('6.6.0.0/29')!;
const address = (text: string) => parseAddress(text)!;

describe('an address', () => {
  it('belongs to one name, and leads back to it', () => {
    const pool = createSyntheticAddresses(range);
    expect(pool.addressOf('a.test', 0)?.text).toBe('6.6.0.1');
    expect(pool.addressOf('b.test', 0)?.text).toBe('6.6.0.2');
    expect(pool.addressOf('a.test', 9)?.text).toBe('6.6.0.1');
    expect(pool.nameOf(address('6.6.0.2'), 9)).toBe('b.test');
    expect(pool.given()).toBe(2);
  });

  it('that stands for no name leads nowhere', () => {
    const pool = createSyntheticAddresses(range);
    pool.addressOf('a.test', 0);
    for (const text of ['6.6.0.0', '6.6.0.2', '6.6.255.255', '6.7.0.1', '2001:db8::1'])
      expect(pool.nameOf(address(text), 0)).toBeNull();
  });

  it("is neither the first, the last nor the probe's, and every other one is used", () => {
    const pool = createSyntheticAddresses(range);
    const given = new Set(Array.from({ length: 65_533 }, (_, i) => pool.addressOf(`n${i}.test`, 0)?.text));
    expect(given.size).toBe(65_533);
    expect(given).not.toContain('6.6.0.0');
    expect(given).not.toContain('6.6.255.255');
    expect(probeAddressOf(range).text).toBe('6.6.255.254');
    expect(given).not.toContain('6.6.255.254');
    expect(given).not.toContain(undefined);
    expect(pool.addressOf('one-more.test', 0)).toBeNull();
  });
});

describe('a full range', () => {
  it('gives the address of the name that was not used for longest, after an hour and not before', () => {
    const pool = createSyntheticAddresses(small);
    for (let i = 1; i <= 5; i++) pool.addressOf(`n${i}.test`, i);
    pool.nameOf(address('6.6.0.1'), 10);
    expect(pool.addressOf('late.test', leastRestMs + 1)).toBeNull();
    expect(pool.addressOf('late.test', leastRestMs + 2)?.text).toBe('6.6.0.2');
    expect(pool.nameOf(address('6.6.0.2'), leastRestMs + 2)).toBe('late.test');
    expect(pool.addressOf('n2.test', leastRestMs + 2)).toBeNull();
  });

  it('keeps its names where the clock goes back', () => {
    const pool = createSyntheticAddresses(small);
    for (let i = 1; i <= 5; i++) pool.addressOf(`n${i}.test`, 5 * leastRestMs);
    expect(pool.addressOf('late.test', 0)).toBeNull();
  });
});

describe('what is stored', () => {
  it('comes back with every name at its address', () => {
    const pool = createSyntheticAddresses(range);
    pool.addressOf('a.test', 1);
    pool.addressOf('b.test', 2);
    const stored: unknown = JSON.parse(JSON.stringify(pool.stored()));
    const again = readSyntheticAddresses(stored, range, 'file');
    expect(again.addressOf('b.test', 3)?.text).toBe('6.6.0.2');
    expect(again.nameOf(address('6.6.0.1'), 3)).toBe('a.test');
  });

  it('is followed by a gap, for the addresses that a crash has lost', () => {
    const pool = createSyntheticAddresses(range);
    pool.addressOf('a.test', 1);
    const stored = pool.stored();
    pool.addressOf('lost.test', 2);
    const again = readSyntheticAddresses(stored, range, 'file');
    expect(again.nameOf(address('6.6.0.2'), 3)).toBeNull();
    expect(again.addressOf('next.test', 3)?.text).toBe('6.6.1.2');
  });

  it('leaves no hole for good', () => {
    const stored = {
      version: 1,
      range: '6.6.0.0/29',
      names: [{ name: 'a.test', address: '6.6.0.4', usedAt: 0 }],
    };
    const pool = readSyntheticAddresses(stored, small, 'file');
    const given = Array.from({ length: 6 }, (_, i) => pool.addressOf(`n${i}.test`, 1)?.text ?? 'none');
    expect(given.toSorted()).toEqual(['6.6.0.1', '6.6.0.2', '6.6.0.3', '6.6.0.5', 'none', 'none']);
  });

  it('is forgotten where the range is another one', () => {
    const pool = createSyntheticAddresses(range);
    pool.addressOf('a.test', 1);
    const other = parsePrefix('10.99.0.0/16')!;
    expect(readSyntheticAddresses(pool.stored(), other, 'file').addressOf('b.test', 2)?.text).toBe(
      '10.99.0.1',
    );
    expect(readSyntheticAddresses(null, other, 'file').given()).toBe(0);
  });

  it.each([
    ['a value that is none', { version: 2 }, /^file: version: /],
    [
      'an address outside',
      [{ name: 'a.test', address: '6.7.0.1', usedAt: 0 }],
      /^file: 6\.7\.0\.1 is no address/,
    ],
    [
      'the first address',
      [{ name: 'a.test', address: '6.6.0.0', usedAt: 0 }],
      /^file: 6\.6\.0\.0 is no address/,
    ],
    [
      'one address for two names',
      ['a.test', 'b.test'].map((name) => ({ name, address: '6.6.0.1', usedAt: 0 })),
      /twice/,
    ],
  ])('must not be damaged: %s', (_, stored, message) => {
    const value = Array.isArray(stored) ? { version: 1, range: '6.6.0.0/16', names: stored } : stored;
    expect(() => readSyntheticAddresses(value, range, 'file')).toThrow(message);
  });
});

it.each(['2001:db8::/64', '6.6.0.0/31', '0.0.0.0/0'])('%s is no range for names', (text) => {
  expect(() => createSyntheticAddresses(parsePrefix(text)!)).toThrow(/an IPv4 range from \/8 to \/30/);
});

it('whatever is asked in whatever order, an address has one meaning within an hour', () => {
  const step = fc.record({
    name: fc.integer({ min: 0, max: 12 }),
    waitMs: fc.integer({ min: 0, max: leastRestMs / 3 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const pool = createSyntheticAddresses(small);
      const last = new Map<string, { name: string; at: number }>();
      let now = 0;
      for (const { name: index, waitMs } of steps) {
        now += waitMs;
        const name = `n${index}.test`;
        const text = pool.addressOf(name, now)?.text;
        if (text === undefined) continue;
        const before = last.get(text);
        if (before !== undefined && before.name !== name) {
          expect(now - before.at).toBeGreaterThanOrEqual(leastRestMs);
        }
        last.set(text, { name, at: now });
      }
    }),
    { seed: 66, numRuns: 500 },
  );
});
