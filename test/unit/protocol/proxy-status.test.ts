// Proxy-Status carries the reason of a refusal across programs.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatProxyStatus, parseProxyStatus, proxyErrors } from '../../../protocol/proxy-status.ts';

test('a refusal is written as RFC 9209 has it', () => {
  const text = formatProxyStatus('edge.contoso.test', {
    error: 'http_request_denied',
    reason: 'egress-mismatch',
  });
  expect(text).toBe('edge.contoso.test;error=http_request_denied;details="egress-mismatch"');
});

test('what is written is read back', () => {
  for (const error of Object.keys(proxyErrors) as (keyof typeof proxyErrors)[]) {
    expect(parseProxyStatus(formatProxyStatus('opengsa', { error, reason: 'some-reason' }))).toEqual({
      proxy: 'opengsa',
      error,
      reason: 'some-reason',
    });
  }
});

test('of several proxies the last that failed is named', () => {
  expect(
    parseProxyStatus('far;error=dns_error, "near edge";error=connection_refused;details="x", tail'),
  ).toEqual({
    proxy: 'near edge',
    error: 'connection_refused',
    reason: 'x',
  });
});

test('a field that does not parse or names no error says nothing', () => {
  expect(parseProxyStatus(';;;')).toBeNull();
  expect(parseProxyStatus('squid;received-status=503')).toBeNull();
  fc.assert(fc.property(fc.string(), (text) => void parseProxyStatus(text)));
});
