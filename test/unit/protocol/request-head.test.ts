// Whether a request is meant for the host that its connection was opened for, in both versions.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAuthority } from '../../../protocol/destination.ts';
import { type HeadReading, readH1Head, readH2Head } from '../../../protocol/request-head.ts';

const host = parseAuthority('app.contoso.test:443')!;
const rules = { host, scheme: 'https', maxFields: 10 } as const;

describe('HTTP/1.1', () => {
  const read = (target: string, ...raw: string[]) => summary(readH1Head('GET', target, raw, rules));

  test.each([
    ['/a?b', 'app.contoso.test', 'app.contoso.test /a?b'],
    ['/', 'APP.contoso.test.', 'APP.contoso.test. /'],
    ['/', 'app.contoso.test:443', 'app.contoso.test:443 /'],
    ['*', 'app.contoso.test', 'app.contoso.test *'],
    ['https://app.contoso.test/a', 'app.contoso.test', 'app.contoso.test /a'],
    ['https://app.contoso.test?q', 'app.contoso.test', 'app.contoso.test /?q'],
    ['/', 'other.contoso.test', '421 host-mismatch'],
    ['/', 'app.contoso.test:8443', '421 host-mismatch'],
    ['/', 'app.contoso.test:', 'app.contoso.test: /'],
    ['/', 'app.contoso.test@evil.test', '421 host-mismatch'],
    ['/', '', '421 host-mismatch'],
    ['http://app.contoso.test/', 'app.contoso.test', '421 scheme-mismatch'],
    ['https://evil.test/', 'app.contoso.test', '400 host-ambiguous'],
    ['https://evil.test/', 'evil.test', '421 host-mismatch'],
    ['app.contoso.test:443', 'app.contoso.test', '400 bad-target'],
    ['/a b', 'app.contoso.test', '400 bad-target'],
  ])('%s with Host %s: %s', (target, name, result) => {
    expect(read(target, 'Host', name)).toBe(result);
  });

  test('there is exactly one Host', () => {
    expect(read('/')).toBe('400 host-missing');
    expect(read('/', 'Host', 'app.contoso.test', 'HOST', 'app.contoso.test')).toBe('400 host-missing');
  });

  test('the other fields are kept, up to their limit', () => {
    const reading = readH1Head('GET', '/', ['X-A', '1', 'Host', 'app.contoso.test', 'x-a', '2'], rules);
    expect(reading).toMatchObject({
      head: {
        fields: [
          ['X-A', '1'],
          ['x-a', '2'],
        ],
      },
    });
    const many = Array.from({ length: 10 }, (_, i) => [`x-${i}`, 'v']).flat();
    expect(read('/', 'Host', 'app.contoso.test', ...many)).toBe('431 too-many-fields');
  });

  test('a connection within the connection is not made', () => {
    expect(summary(readH1Head('CONNECT', 'a.test:443', ['Host', 'app.contoso.test'], rules))).toBe(
      '405 method-not-allowed',
    );
  });
});

describe('HTTP/2', () => {
  const read = (...raw: string[]) => summary(readH2Head(raw, rules));
  const plain = [':method', 'GET', ':scheme', 'https', ':path', '/a'];

  test.each([
    [[':authority', 'app.contoso.test'], 'app.contoso.test /a'],
    [['host', 'app.contoso.test'], 'app.contoso.test /a'],
    [[':authority', 'app.contoso.test', 'host', 'app.contoso.test'], 'app.contoso.test /a'],
    [[':authority', 'app.contoso.test', 'host', 'evil.test'], '400 host-ambiguous'],
    [[':authority', 'evil.test'], '421 host-mismatch'],
    [[], '400 host-missing'],
  ])('%j: %s', (fields, result) => {
    expect(read(...plain, ...fields)).toBe(result);
  });

  test.each([
    [[':method', 'GET', ':scheme', 'http', ':path', '/'], '421 scheme-mismatch'],
    [[':method', 'GET', ':scheme', 'https', ':path', ''], '400 bad-target'],
    [[':method', 'G T', ':scheme', 'https', ':path', '/'], '400 bad-method'],
    [[':method', 'CONNECT'], '405 method-not-allowed'],
  ])('%j: %s', (fields, result) => {
    expect(read(...fields, ':authority', 'app.contoso.test')).toBe(result);
  });
});

test('an address is its own name, in brackets where it is IPv6', () => {
  const at = (authority: string) =>
    summary(
      readH1Head('GET', '/', ['Host', authority], { ...rules, host: parseAuthority('[2001:db8::7]:8443')! }),
    );
  expect(at('[2001:db8::7]:8443')).toBe('[2001:db8::7]:8443 /');
  expect(at('[2001:DB8:0::7]:8443')).toBe('[2001:DB8:0::7]:8443 /');
  expect(at('[2001:db8::7]')).toBe('421 host-mismatch');
});

test('whatever is sent as Host, what is passed on names this host', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      const reading = readH1Head('GET', '/', ['Host', text], rules);
      if (reading.kind === 'head') {
        expect(reading.head.authority.toLowerCase()).toMatch(/^app\.contoso\.test\.?(:(443)?)?$/);
      }
    }),
    { seed: 1, numRuns: 2000 },
  );
});

function summary(reading: HeadReading): string {
  return reading.kind === 'head'
    ? `${reading.head.authority} ${reading.head.path}`
    : `${reading.status} ${reading.denial.reason}`;
}
