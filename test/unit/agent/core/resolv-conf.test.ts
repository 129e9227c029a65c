import { expect, test } from 'vitest';
import { dnsOverTlsOf, nameServersOf } from '../../../../agent/core/resolv-conf.ts';

test('name servers are read in order, each once', () => {
  const text = [
    '# nameserver 192.0.2.9',
    'nameserver 192.0.2.1',
    '  nameserver\t2001:db8::1 ; second',
    'nameserver fe80::1%eth0',
    'nameserver 192.0.2.1',
    'nameservers 192.0.2.2',
    'nameserver',
    'options edns0',
  ].join('\n');
  expect(nameServersOf(text)).toEqual(['192.0.2.1', '2001:db8::1', 'fe80::1%eth0']);
});

const file = (path: string, ...lines: string[]) => ({ path, text: lines.join('\n') });

test('the last DNSOverTLS holds, in any spelling of yes and no', () => {
  const of = (...lines: string[]) => dnsOverTlsOf([file('f', ...lines)]).dnsOverTls;
  expect(dnsOverTlsOf([])).toEqual({ dnsOverTls: 'no', file: null });
  expect(of('[Resolve]', '#DNSOverTLS=yes')).toBe('no');
  expect(of('DNSOverTLS = opportunistic')).toBe('opportunistic');
  expect(of('DNSOverTLS=True')).toBe('yes');
  expect(of('DNSOverTLS=yes', 'DNSOverTLS=')).toBe('no');
  expect(dnsOverTlsOf([file('a', 'DNSOverTLS=no'), file('b', 'DNSOverTLS=yes')])).toEqual({
    dnsOverTls: 'yes',
    file: 'b',
  });
});
