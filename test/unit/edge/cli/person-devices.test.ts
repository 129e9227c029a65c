// Whose devices are meant: one person's, however that person is named, and nobody's where that is not clear.
import { expect, test } from 'vitest';
import { devicesOfPerson } from '../../../../edge/cli/person-devices.ts';

const issuer = 'https://login.contoso.test';
const megan = { issuer, subject: 'a1', name: 'Megan@contoso.test' };
const device = (name: string, owner: typeof megan | null, revokedAt: string | null = null) => ({
  ...{ name, owner, revokedAt },
});
const devices = [
  device('laptop', megan),
  device('older', { ...megan, name: 'megan.miller@contoso.test' }),
  device('lost', megan, '2026-01-01T00:00:00.000Z'),
  device('shared', null),
  device('tablet', { issuer, subject: 'b2', name: 'alex@contoso.test' }),
  device('one', { issuer, subject: 'c3', name: 'Kim' }),
  device('two', { issuer, subject: 'd4', name: 'kim' }),
  device('three', { issuer: 'https://other.contoso.test', subject: 'd4', name: 'Sam' }),
  // Calls itself what somebody else's identifier is.
  device('four', { issuer, subject: 'e5', name: 'a1' }),
];
const named = (person: string) => devicesOfPerson(person, devices).map(({ name }) => name);

test.each([
  ['the name', 'Megan@contoso.test'],
  ['the name in another case', 'MEGAN@CONTOSO.TEST'],
  ['an earlier name', 'megan.miller@contoso.test'],
  ['the identifier, whoever else is called so', 'a1'],
  ['identifier and issuer', `a1 at ${issuer}`],
])('%s means all of the person’s good devices', (_what, person) => {
  expect(named(person)).toEqual(['laptop', 'older']);
});

test('two people of one name are told apart before anything happens', () => {
  expect(() => named('KIM')).toThrow(
    `KIM may be any of 2 people: say --person "c3 at ${issuer}" or --person "d4 at ${issuer}"`,
  );
  expect(named(`d4 at ${issuer}`)).toEqual(['two']);
});

test('one identifier at two issuers is two people', () => {
  expect(() => named('d4')).toThrow(/^d4 may be any of 2 people/);
  expect(named('Sam')).toEqual(['three']);
});

test.each(['nobody', 'A1 ', '', 'null'])('%j has none', (person) => {
  expect(() => named(person)).toThrow(/^no good device was enrolled by a sign-in of/);
});
