// One spelling for each destination; whatever another reader could take for something else is refused.
import fc from 'fast-check';
import { isIP } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  formatDestination,
  formatHost,
  hostOfUrl,
  parseAuthority,
  parseHost,
  parsePort,
} from '../../../protocol/destination.ts';

test.each([
  ['https://login.contoso.test:8443/path', 'login.contoso.test'],
  ['http://192.0.2.1', '192.0.2.1'],
  ['https://[2001:DB8::1]:8443/', '2001:db8::1'],
])('the host of %s is %s', (url, host) => {
  expect(hostOfUrl(new URL(url))).toBe(host);
});

describe('parseHost', () => {
  test.each([
    ['Login.Contoso.Test', 'login.contoso.test'],
    ['login.contoso.test.', 'login.contoso.test'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['_dmarc.contoso.test', '_dmarc.contoso.test'],
    ['localhost', 'localhost'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    [`${'a'.repeat(63)}.test`, `${'a'.repeat(63)}.test`],
  ])('%s is %s', (text, canonical) => {
    const host = parseHost(text);
    expect(host && formatHost(host)).toBe(canonical);
  });

  test.each([
    '',
    '.',
    '..',
    'a..b',
    '.a',
    'a.test..',
    'a b',
    'a\n',
    'a\u0000b',
    'user@host',
    'host:443',
    'a/b',
    'a%2eb',
    'bücher.example',
    'contoso\u3002test',
    '\u212aerberos.test',
    '[::1]',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '1.2.3.4.5',
    '192.0.2.1.',
    'a.0x7f',
    'a.1',
    'fe80::1%eth0',
    `${'a'.repeat(64)}.test`,
    `${'a.'.repeat(127)}test`,
  ])('%j is no host', (text) => {
    expect(parseHost(text)).toBeNull();
  });
});

describe('parseAuthority', () => {
  test.each([
    ['login.contoso.test:443', 'login.contoso.test:443'],
    ['LOGIN.contoso.test.:443', 'login.contoso.test:443'],
    ['192.0.2.1:80', '192.0.2.1:80'],
    ['[2001:db8::1]:65535', '[2001:db8::1]:65535'],
  ])('%s is %s', (text, canonical) => {
    const destination = parseAuthority(text);
    expect(destination && formatDestination(destination)).toBe(canonical);
  });

  test.each([
    'host',
    'host:',
    'host:0',
    'host:00443',
    'host:65536',
    'host:-1',
    'host:443 ',
    ' host:443',
    'host:443/',
    'http://host:443',
    'user@host:443',
    '[host]:443',
    '[192.0.2.1]:443',
    '2001:db8::1:443',
    '[::1]',
    '[::1%25eth0]:443',
    '[::1]:443:1',
    'a%00b:443',
    'host\r\nx:443',
  ])('%j is refused', (text) => {
    expect(parseAuthority(text)).toBeNull();
  });

  test('no spelling is admitted that the URL standard reads as another host', () => {
    const alphabet = fc.constantFrom(...'019afxAFX.:-_@[]%/\\#? \t\u3002\uff10é'.split(''));
    const spelling = fc.oneof(
      fc.string({ unit: alphabet, maxLength: 24 }),
      fc
        .tuple(fc.string({ unit: alphabet, maxLength: 12 }), fc.integer({ min: 0, max: 70_000 }))
        .map(([host, port]) => `${host}:${port}`),
      fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 70_000 })).map(([host, port]) => `[${host}]:${port}`),
    );
    fc.assert(
      fc.property(spelling, (text) => {
        const destination = parseAuthority(text);
        if (destination === null) return;
        const url = new URL(`http://${text}/`);
        const read = url.hostname.replaceAll(/^\[|\]$/g, '').replace(/\.$/, '');
        // The standard keeps IPv4-mapped addresses as IPv6; ours are IPv4 from then on.
        const ours = formatHost(destination.host);
        expect(isIP(read) === 6 && isIP(ours) === 4 ? parseHost(read) : read).toEqual(
          isIP(read) === 6 && isIP(ours) === 4 ? destination.host : ours,
        );
        expect(Number(url.port || 80)).toBe(destination.port);
      }),
      { numRuns: 20_000 },
    );
  });

  test('what is formatted is read back', () => {
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65_535 }), (text, port) => {
        const parsed = parseHost(text);
        if (parsed === null) return;
        const destination = { host: parsed, port };
        expect(parseAuthority(formatDestination(destination))).toEqual(destination);
      }),
    );
  });
});

test.each(['', '0', '00', '080', '65536', '1e3', '+80', '80 ', '8０'])('%j is no port', (text) => {
  expect(parsePort(text)).toBeNull();
});
