import { expect, test } from 'vitest';
import { readBrowserPolicy } from '../../../../agent/core/browser-policies.ts';

const file = (path: string, value: unknown) => ({ path, text: JSON.stringify(value) });

test('the last file that says something wins, and is named', () => {
  const files = [
    file('a', { DnsOverHttpsMode: 'secure', QuicAllowed: false }),
    file('b', { DnsOverHttpsMode: 'off' }),
    file('c', { HomepageLocation: 'x' }),
  ];
  expect(readBrowserPolicy('chromium', files, true)).toEqual({
    ...{ installed: true, doh: 'off', dohFile: 'b', quic: false, faults: [] },
  });
});

test('Firefox has one of its own shape', () => {
  const read = (value: unknown) => readBrowserPolicy('firefox', [file('p', value)], false);
  expect(read({ policies: { DNSOverHTTPS: { Enabled: true } } })).toMatchObject({
    doh: 'secure',
    dohFile: 'p',
  });
  expect(read({ policies: { DNSOverHTTPS: { Enabled: false } } })).toMatchObject({ doh: 'off' });
  expect(read({ policies: {} })).toMatchObject({ doh: null, faults: [] });
});

test('what is no policy is a fault of its file, and others still count', () => {
  const files = [
    { path: 'a', text: '{' },
    file('b', { DnsOverHttpsMode: 'no' }),
    file('c', { DnsOverHttpsMode: 'off' }),
  ];
  expect(readBrowserPolicy('edge', files, false)).toMatchObject({ doh: 'off', faults: ['a', 'b'] });
});
