// Where listeners bind: addresses with a port, never names.
import { expect, test } from 'vitest';
import { parseListenAddress } from '../../../protocol/listen-address.ts';

test.each([
  ['127.0.0.1:8443', { address: '127.0.0.1', port: 8443 }],
  ['127.0.0.1:0', { address: '127.0.0.1', port: 0 }],
  ['[::1]:443', { address: '::1', port: 443 }],
  ['[::1]:0', { address: '::1', port: 0 }],
  ['[0:0::1]:443', { address: '::1', port: 443 }],
  ['::1:443', null],
  ['localhost:443', null],
  ['127.1:80', null],
  ['127.0.0.1:', null],
  ['127.0.0.1:00', null],
  ['127.0.0.1:08443', null],
  ['127.0.0.1:65536', null],
])('%s', (text, expected) => {
  expect(parseListenAddress(text)).toEqual(expected);
});
