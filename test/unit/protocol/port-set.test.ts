// Port sets: single ports, ranges, and every boundary of them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePorts, everyPort, hasPort } from '../../../protocol/port-set.ts';

describe('a port set', () => {
  it('holds its ports and ranges with both ends, and no others', () => {
    const ports = compilePorts(['443', '80', '3478-3481']);
    for (const port of [80, 443, 3478, 3479, 3480, 3481]) expect(hasPort(ports, port)).toBe(true);
    for (const port of [0, 1, 79, 81, 442, 444, 3477, 3482, 65_535]) expect(hasPort(ports, port)).toBe(false);
  });

  it('merges what overlaps or touches', () => {
    expect([...compilePorts(['10-20', '15-30', '31', '40', '12'])]).toEqual([10, 31, 40, 40]);
  });

  it('may be empty or whole', () => {
    expect(hasPort(compilePorts([]), 443)).toBe(false);
    expect([1, 443, 65_535].every((port) => hasPort(everyPort, port))).toBe(true);
    expect(hasPort(everyPort, 0)).toBe(false);
  });

  it('agrees with looking at each range in turn', () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(9)).map(([a, n]) => [a, a + n] as const);
    fc.assert(
      fc.property(fc.array(range, { maxLength: 9 }), fc.nat(75), (ranges, port) => {
        const ports = compilePorts(ranges.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)));
        expect(hasPort(ports, port)).toBe(ranges.some(([a, b]) => a <= port && port <= b));
      }),
    );
  });
});
