// Two PAC files in one: ours first, theirs for the rest, and neither in the other's way.
import { Linter } from 'eslint';
import { describe, expect, test } from 'vitest';
import { chainPac } from '../../../../agent/policy/chained-pac.ts';
import { renderPac } from '../../../../agent/policy/pac.ts';
import { parseProfile } from '../../../../protocol/profile.ts';
import { askPac } from '../../../support/pac-engine.ts';

const rule = (id: string, name: string, clientFallbackAction: string) => ({
  ...{ id, name: id, action: 'forward', clientFallbackAction, category: 'default', protocol: 'tcp' },
  ...{ ports: ['443'], ruleType: 'fqdn', destinations: [{ value: name }] },
});
const profile = parseProfile(
  {
    ...{ name: 'own', state: 'enabled', version: '1', trafficForwardingType: 'm365', priority: 1 },
    policies: [
      {
        name: 'p',
        state: 'enabled',
        rules: [rule('a', 'closed.contoso.test', 'block'), rule('b', 'open.contoso.test', 'bypass')],
      },
    ],
  },
  'profile',
);
const own = renderPac({ profiles: [profile], proxy: '127.0.0.1:8088', ownHosts: [] });
const theirs = `function FindProxyForURL(url, host) {
  if (host === 'intern.contoso.test') return 'DIRECT';
  return 'PROXY proxy.contoso.test:3128; DIRECT';
}`;
const ask = (text: string, host: string) => askPac(chainPac(own, text), `https://${host}/`);

describe('a chained PAC file', () => {
  test('goes by our rules first, and by theirs for what we leave direct', () => {
    expect(ask(theirs, 'closed.contoso.test')).toBe('PROXY 127.0.0.1:8088');
    expect(ask(theirs, 'other.test')).toBe('PROXY proxy.contoso.test:3128; DIRECT');
    expect(ask(theirs, 'intern.contoso.test')).toBe('DIRECT');
  });

  test('has theirs behind our proxy where a rule may go past it', () => {
    expect(ask(theirs, 'open.contoso.test')).toBe(
      'PROXY 127.0.0.1:8088; PROXY proxy.contoso.test:3128; DIRECT',
    );
  });

  test.each([
    [
      'names that ours has too',
      `var blocks = 1; function findName() { return 2; } function portOfUrl() { return 0; } ${theirs}`,
    ],
    ['globals of its own', `proxyAnswers = ['x']; outside = 1; ${theirs}`],
    ['a comment without an end of line', `${theirs} // end`],
    ['strict mode', `"use strict"; ${theirs}`],
    ['a byte order mark', `\ufeff${theirs}`],
    [
      'a function in a variable',
      theirs.replace('function FindProxyForURL', 'var FindProxyForURL = function'),
    ],
    [
      'a constant function',
      `${theirs.replace('function FindProxyForURL', 'const FindProxyForURL = function')};`,
    ],
    ['the name of Windows only', theirs.replace('FindProxyForURL', 'FindProxyForURLEx')],
  ])('takes theirs with %s', (_what, text) => {
    expect(ask(text, 'closed.contoso.test')).toBe('PROXY 127.0.0.1:8088');
    expect(ask(text, 'other.test')).toBe('PROXY proxy.contoso.test:3128; DIRECT');
  });

  test.each([
    ['throws at each question', 'function FindProxyForURL() { throw new Error("no"); }'],
    ['throws when it is read', 'undefinedFunction(); function FindProxyForURL() { return "PROXY x:1"; }'],
    ['has no function', 'var FindProxyForURLs = 1;'],
    ['answers nothing', 'function FindProxyForURL() {}'],
    ['answers null', 'function FindProxyForURL() { return null; }'],
    ['answers blanks', 'function FindProxyForURL() { return " ; "; }'],
  ])('goes direct where theirs %s, and keeps our rules', (_what, text) => {
    expect(ask(text, 'other.test')).toBe('DIRECT');
    expect(ask(text, 'closed.contoso.test')).toBe('PROXY 127.0.0.1:8088');
  });

  test('is ASCII and ECMAScript 3 where theirs is', () => {
    const text = chainPac(own, theirs.replace("'DIRECT'", "'PROXY m\u00fcnchen.test:1'"));
    expect(text).toMatch(/^[\t\n\r\x20-\x7e]+$/);
    const languageOptions = { ecmaVersion: 3, sourceType: 'script' } as const;
    expect(new Linter().verify(text, [{ languageOptions }])).toEqual([]);
    expect(askPac(text, 'https://intern.contoso.test/')).toBe('PROXY m\u00fcnchen.test:1');
  });
});
