// Roles and what they may do.
import { expect, test } from 'vitest';
import { administratorRoles, roleNamed, scopes, scopesOf } from '../../../../edge/core/admin-access.ts';

test('only one role changes the network, only one changes locations', () => {
  const holders = (scope: (typeof scopes)[number]) =>
    administratorRoles.filter((role) => scopesOf(role).includes(scope));
  expect(holders('NetworkAccess.ReadWrite.All')).toEqual(['Global Secure Access Administrator']);
  expect(holders('Policy.ReadWrite.ConditionalAccess')).toEqual(['Conditional Access Administrator']);
});

test('a log reader reads logs and nothing else', () => {
  expect(scopesOf('Global Secure Access Log Reader')).toEqual(['NetworkAccess-Reports.Read.All']);
});

test.each([
  ['security reader', 'Security Reader'],
  ['global-secure-access-log-reader', 'Global Secure Access Log Reader'],
  [' Conditional  Access Administrator ', 'Conditional Access Administrator'],
  ['Global Administrator', null],
  ['', null],
])('%j is %s', (text, role) => {
  expect(roleNamed(text)).toBe(role);
});
