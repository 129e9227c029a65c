// A proxy setting by hand, as a PAC file that answers the same.
import { describe, expect, test } from 'vitest';
import { manualPac } from '../../../../agent/policy/manual-pac.ts';
import { askPac } from '../../../support/pac-engine.ts';

const proxies = {
  http: 'proxy.contoso.test:3128',
  https: 'secure.contoso.test:3129',
  socks: 'socks.contoso.test:1080',
  bypass: [
    '<local>',
    'intern.contoso.test',
    '.lan',
    '*.wild*.test',
    '10.0.0.0/8',
    '192.0.2.7',
    '[2001:db8::1]',
    'bad[host',
  ],
};
const ask = (url: string, given = proxies) => askPac(manualPac(given), url);

describe('a setting by hand', () => {
  test.each([
    ['http://other.test/', 'PROXY proxy.contoso.test:3128'],
    ['ws://other.test/', 'PROXY proxy.contoso.test:3128'],
    ['https://other.test/', 'PROXY secure.contoso.test:3129'],
    ['wss://other.test:444/', 'PROXY secure.contoso.test:3129'],
    ['ftp://other.test/', 'SOCKS socks.contoso.test:1080'],
    ['https://192.0.2.8/', 'PROXY secure.contoso.test:3129'],
    ['https://notintern.contoso.test/', 'PROXY secure.contoso.test:3129'],
  ])('%s goes to %s', (url, answer) => {
    expect(ask(url)).toBe(answer);
  });

  test.each([
    'https://server/',
    'https://intern.contoso.test/',
    'https://a.intern.contoso.test/',
    'https://INTERN.contoso.test/',
    'https://a.lan/',
    'https://a.wildcard.test/',
    'https://10.255.0.1/',
    'https://192.0.2.7/',
    'https://[2001:db8::1]/',
  ])('%s goes direct', (url) => {
    expect(ask(url)).toBe('DIRECT');
  });

  test('a scheme without a proxy of its own takes the SOCKS proxy, or goes direct', () => {
    expect(ask('https://other.test/', { ...proxies, https: null as never })).toBe(
      'SOCKS socks.contoso.test:1080',
    );
    const none = { http: null, https: null, socks: null, bypass: [] };
    expect(askPac(manualPac(none), 'https://other.test/')).toBe('DIRECT');
  });

  test('what is no host is never written into the script', () => {
    const evil = { ...proxies, https: 'x"; alert(1); "', bypass: ['/./.exec("x")', '</script>'] };
    expect(manualPac(evil)).not.toMatch(/alert|exec\("x"|script>/);
    expect(ask('https://other.test/', evil)).toBe('SOCKS socks.contoso.test:1080');
  });
});
