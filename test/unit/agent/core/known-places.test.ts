import { expect, test } from 'vitest';
import { knownPlaces } from '../../../../agent/core/known-places.ts';
import { parseAddress, parsePrefix } from '../../../../protocol/address.ts';
import { parseProfile } from '../../../../protocol/profile.ts';
import { contosoProfile } from '../../../support/example-bundle.ts';

const { policies, ...rest } = contosoProfile();
const rule = { ...policies[0]?.rules[0], id: 'r2', name: 'Range', ruleType: 'ipRange' };
const ranges = parseProfile(
  {
    ...rest,
    policies: [
      {
        ...policies[0],
        rules: [{ ...rule, destinations: [{ beginAddress: '192.0.2.10', endAddress: '192.0.2.20' }] }],
      },
    ],
  },
  'example',
);
const places = knownPlaces({
  profiles: [contosoProfile(), ranges],
  texts: ['edge.example.net', '198.51.100.0/28', '0.0.0.0/0', '*.com'],
  ranges: ['203.0.113.0/24'],
});
const holds = (text: string): boolean => {
  const address = parseAddress(text);
  return address !== null && places.holdsAddress(address);
};

test('names that a rule or the edge has', () => {
  expect(
    ['login.contoso.test', 'x.contoso.test', 'edge.example.net', 'localhost'].every(places.holdsName),
  ).toBe(true);
});

test('a pattern that takes in everything names no place', () => {
  expect(['clinic.example', 'any.com', 'intranet'].some(places.holdsName)).toBe(false);
});

test('addresses of rules, and those that every machine has', () => {
  expect(['198.51.100.3', '192.0.2.15', '127.0.0.53', '::1', '0.0.0.0'].every(holds)).toBe(true);
  expect(['198.51.100.99', '192.0.2.21', '203.0.113.7', '8.8.8.8'].some(holds)).toBe(false);
});

test('a range that is told says nothing of the addresses in it', () => {
  const range = parsePrefix('203.0.113.0/24');
  const other = parsePrefix('203.0.112.0/24');
  expect(range !== null && places.holdsPrefix(range)).toBe(true);
  expect(other !== null && places.holdsPrefix(other)).toBe(false);
});
