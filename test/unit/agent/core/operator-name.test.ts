// Whose voice a service is.
import { expect, test } from 'vitest';
import { operatorOf } from '../../../../agent/core/operator-name.ts';
import { parseHost } from '../../../../protocol/destination.ts';

test.each([
  ['stun.example.test', 'example.test'],
  ['a.b.c.example.test', 'example.test'],
  ['localhost', 'localhost'],
  ['Stun.L.Google.com.', 'google.com'],
  ['stun.cloudflare.com', 'cloudflare.com'],
  ['ipv4.icanhazip.com', 'cloudflare.com'],
  ['192.0.2.7', null],
  ['2001:db8::7', null],
])('%s is run by %s', (text, operator) => {
  expect(operatorOf(parseHost(text)!)).toBe(operator);
});
