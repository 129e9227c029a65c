// Which hosts are authentication, and of which kind.
import { describe, expect, it } from 'vitest';
import builtIn from '../../../../assets/profiles/microsoft.json' with { type: 'json' };
import {
  authenticationOf,
  authenticationPatterns,
  inMicrosoftGroup,
  microsoftAuthentication,
  takesPeer,
} from '../../../../protocol/profiles/authentication.ts';
import { customProfile } from '../../../../agent/policy/custom-profile.ts';
import { parseHost } from '../../../../protocol/destination.ts';
import { compileProfile } from '../../../../protocol/matcher.ts';
import { parseProfile } from '../../../../protocol/profile.ts';
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

describe("Microsoft's services", () => {
  const microsoft = compileProfile(parseProfile(builtIn, 'microsoft.json'));
  const everything = [
    { destinations: ['*.test', 'wiki.sharepoint.com'], ports: ['443'], hardening: 'block' },
  ] as const;
  const own = compileProfile(customProfile(everything));
  const destination = (text: string) => ({ host: parseHost(text)!, port: 443 });

  it.each([
    ['login.microsoftonline.com', true, true],
    ['graph.microsoft.com', true, true],
    ['contoso.sharepoint.com', true, true],
    ['outlook.office365.com', true, true],
    ['login.contoso.test', false, false],
    ['www.contoso.example', false, false],
  ])('%s takes the address of the connection: %s; is of the group: %s', (text, peer, group) => {
    expect(takesPeer(destination(text), [own, microsoft])).toBe(peer);
    expect(inMicrosoftGroup(destination(text), [own, microsoft])).toBe(group);
  });

  it('without a profile, only the hosts of authentication are known to be theirs', () => {
    expect(takesPeer(destination('login.microsoftonline.com'), [])).toBe(true);
    expect(takesPeer(destination('contoso.sharepoint.com'), [own])).toBe(false);
    expect(inMicrosoftGroup(destination('login.microsoftonline.com'), [own])).toBe(false);
  });

  it('the table names each pattern once, with its kind', () => {
    const patterns = authenticationPatterns.map(({ pattern }) => pattern);
    expect(new Set(patterns).size).toBe(patterns.length);
    for (const { pattern, kind } of authenticationPatterns) {
      expect(microsoftAuthentication(parseHost(pattern.replaceAll('*', 'any'))!)).toBe(kind);
    }
  });
});
