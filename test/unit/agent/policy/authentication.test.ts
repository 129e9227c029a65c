// Which hosts are authentication, and of which kind.
import { describe, expect, it } from 'vitest';
import { authenticationOf, microsoftAuthentication } from '../../../../agent/policy/authentication.ts';
import { parseHost } from '../../../../protocol/destination.ts';
import type { Rule } from '../../../../protocol/profile.ts';

const rule: Rule = {
  id: 'own',
  name: 'own',
  action: 'forward',
  clientFallbackAction: 'block',
  category: 'default',
  protocol: 'tcp',
  ports: ['443'],
  ruleType: 'fqdn',
  destinations: [{ value: 'login.contoso.test' }],
};

describe('the table of authentication hosts', () => {
  it.each([
    ['login.microsoftonline.com', 'sign-in'],
    ['login.microsoft.com', 'sign-in'],
    ['login.windows.net', 'sign-in'],
    ['login.live.com', 'sign-in'],
    ['certauth.login.microsoftonline.com', 'sign-in'],
    ['x.auth.microsoft.com', 'sign-in'],
    ['device.login.microsoftonline.com', 'device'],
    ['enterpriseregistration.windows.net', 'device'],
    ['graph.microsoft.com', 'graph'],
    ['graph.windows.net', 'graph'],
    ['aadcdn.msauth.net', 'assets'],
    ['cdn.microsoftonline.com', 'assets'],
    ['outlook.office365.com', null],
    ['notlogin.microsoft.com', null],
    ['microsoftonline.com', null],
    ['20.190.128.1', null],
  ])('%s is %s', (text, kind) => {
    expect(microsoftAuthentication(parseHost(text)!)).toBe(kind);
  });

  it('gives way to what a rule says of its own destinations', () => {
    const host = parseHost('login.contoso.test')!;
    expect(authenticationOf(rule, host)).toBeNull();
    expect(authenticationOf({ ...rule, authentication: 'sign-in' }, host)).toBe('sign-in');
    const known = parseHost('login.microsoftonline.com')!;
    expect(authenticationOf({ ...rule, authentication: 'device' }, known)).toBe('device');
  });
});
