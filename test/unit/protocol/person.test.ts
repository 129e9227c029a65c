// Who is the same person: by issuer and identifier, whatever they are called.
import { expect, test } from 'vitest';
import { isSamePerson } from '../../../protocol/person.ts';

const megan = { issuer: 'https://login.contoso.test', subject: 'megan', name: 'megan@contoso.test' };

test.each([
  ['under another name', { ...megan, name: 'bowen@contoso.test' }, true],
  ['of another issuer', { ...megan, issuer: 'https://login.fabrikam.test' }, false],
  ['of another identifier', { ...megan, subject: 'adele' }, false],
  ['nobody', null, false],
])('%s', (_, other, same) => {
  expect([isSamePerson(megan, other), isSamePerson(other, megan)]).toEqual([same, same]);
});

test('nobody is the same as nobody', () => {
  expect(isSamePerson(null, null)).toBe(false);
});
