// An address among named locations: inside which, outside all, or not to be judged.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress, parseNetwork, prefixContains } from '../../../protocol/address.ts';
import { buildLocationIndex, type SourcedLocation } from '../../../protocol/location-verdict.ts';

const berlin: SourcedLocation = {
  ...{ kind: 'ranges', name: 'Berlin office', source: 'imported' },
  ...{ trusted: true, ranges: ['203.0.113.0/24', '2001:db8:1::/48'] },
};
const company: SourcedLocation = {
  ...{ kind: 'ranges', name: 'Contoso', source: 'edge', trusted: false, ranges: ['203.0.0.0/16'] },
};
const germany: SourcedLocation = {
  kind: 'countries',
  name: 'Germany',
  countries: ['DE'],
  source: 'imported',
};

test('every location that holds the address, the trusted first', () => {
  expect(buildLocationIndex([company, berlin]).judge('203.0.113.7')).toEqual({
    kind: 'inside',
    locations: [
      { name: 'Berlin office', trusted: true, source: 'imported' },
      { name: 'Contoso', trusted: false, source: 'edge' },
    ],
  });
});

test('families are judged apart, and an IPv4-mapped address as the IPv4 address that it is', () => {
  const { judge } = buildLocationIndex([berlin, germany]);
  expect(judge('2001:db8:1::7')).toMatchObject({ kind: 'inside', locations: [{ name: 'Berlin office' }] });
  expect(judge('2001:db8:2::7')).toEqual({ kind: 'outside' });
  expect(judge('::ffff:203.0.113.7')).toMatchObject({ kind: 'inside' });
});

test.each([
  ['no-locations', [], '203.0.113.7'],
  ['no-ranges', [germany], '203.0.113.7'],
  ['address-unknown', [berlin], null],
] as const)('not judged: %s', (reason, locations, address) => {
  expect(buildLocationIndex(locations).judge(address)).toEqual({ kind: 'not-judged', reason });
});

test('the index answers as a walk through every range would', () => {
  const octet = fc.constantFrom(0, 1, 127, 128, 255);
  const address = fc.tuple(octet, octet, octet, octet).map((bytes) => bytes.join('.'));
  const range = fc.tuple(address, fc.nat(32)).map(([text, length]) => `${text}/${length}`);
  const locations = fc.array(fc.array(range, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(locations, address, (all, asked) => {
      const named = all.map((ranges, i): SourcedLocation => {
        const canonical = ranges.map((text) => {
          const { address: base, length } = parseNetwork(text)!;
          return `${base.text}/${length}`;
        });
        return { kind: 'ranges', name: `${i}`, trusted: false, source: 'edge', ranges: canonical };
      });
      const expected = named.flatMap((one, i) => (isIn(all[i] ?? [], asked) ? [one.name] : []));
      const verdict = buildLocationIndex(named).judge(asked);
      expect(verdict.kind === 'inside' ? verdict.locations.map(({ name }) => name) : []).toEqual(expected);
    }),
    { seed: 20_261_127, numRuns: 500 },
  );
});

function isIn(ranges: readonly string[], asked: string): boolean {
  return ranges.some((text) => prefixContains(parseNetwork(text)!, parseAddress(asked)!));
}
