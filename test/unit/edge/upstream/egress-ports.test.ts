// Local ports of bound connections: in turn, within a range that leaves the system's own alone.
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEgressPorts } from '../../../../edge/upstream/egress-ports.ts';

const range = '/proc/sys/net/ipv4/ip_local_port_range';

test('every port comes once before any comes again, from any start', () => {
  fc.assert(
    fc.property(fc.double({ min: -(2 ** 40), max: 2 ** 40, noNaN: true }), (start) => {
      const ports = createEgressPorts(start);
      const first = ports.next();
      const others = new Set<number>();
      for (let port = ports.next(); port !== first; port = ports.next()) {
        expect(others.has(port)).toBe(false);
        others.add(port);
      }
      expect(others.size).toBe(22_000);
    }),
    { numRuns: 10 },
  );
});

test.skipIf(!existsSync(range))("none is one of the system's own", () => {
  const [lowest = 0] = readFileSync(range, 'utf8').trim().split(/\s+/).map(Number);
  const ports = createEgressPorts(0);
  for (let i = 0; i <= 22_000; i++) {
    const port = ports.next();
    expect(port > 1023 && port < lowest).toBe(true);
  }
});
