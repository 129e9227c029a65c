// What is written before a flow's first byte.
import { expect, test } from 'vitest';
import { parseAddress } from '../../../../protocol/address.ts';
import { decodeProxyHeader } from '../../../../protocol/proxy-v2.ts';
import { frame, type FramingInput } from '../../../../edge/core/restoration.ts';

const address = (text: string) => parseAddress(text)!;
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const base: FramingInput = {
  class: 'proxy-v2',
  signaling: 'enabled',
  source: address('203.0.113.7'),
  assurance: 'observed',
  peer: { address: address('203.0.113.7'), port: 51_515 },
  upstream: { address: address('192.0.2.10'), port: 9443 },
  authority: 'login.contoso.test',
  device: 'thumb',
  traceparent,
  fields: 'all',
};

test('the observed source goes with its port, the name, the trace and the proof', () => {
  expect(headerOf(base)).toEqual({
    command: 'proxy',
    source: { address: address('203.0.113.7'), port: 51_515 },
    destination: { address: address('192.0.2.10'), port: 9443 },
    authority: 'login.contoso.test',
    uniqueId: traceparent,
    assurance: 'assurance=observed',
    device: 'thumb',
  });
  expect(frame(base).stated?.text).toBe('203.0.113.7');
});

test('a flow without a trace states none', () => {
  expect(headerOf({ ...base, traceparent: null })).not.toHaveProperty('uniqueId');
});

test('an attested source has port 0', () => {
  const header = headerOf({ ...base, source: address('203.0.113.99'), assurance: 'attested' });
  expect(header).toMatchObject({ source: { port: 0 } });
});

test('towards an upstream of the other family the source stays true and the destination gives way', () => {
  const header = headerOf({ ...base, source: address('2001:db8::7') });
  expect(header).toMatchObject({
    source: { address: { text: '2001:db8::7' } },
    destination: { address: { text: '::' }, port: 9443 },
  });
  const other = headerOf({ ...base, upstream: { address: address('2001:db8::1'), port: 443 } });
  expect(other).toMatchObject({ destination: { address: { text: '0.0.0.0' }, port: 443 } });
});

test('for receivers that take short headers only, the addresses and the checksum go alone', () => {
  expect(Object.keys(headerOf({ ...base, fields: 'checksum' }))).toEqual([
    'command',
    'source',
    'destination',
  ]);
  const v6 = { ...base, source: address('2001:db8::7'), fields: 'checksum' } as const;
  expect(frame(v6).prefix.length).toBeLessThanOrEqual(107);
});

test.each([
  ['signalling is off', { signaling: 'disabled' }],
  ['the source is unknown', { source: null, assurance: 'unknown' }],
] as const)('where %s, LOCAL keeps the framing and states nothing', (_when, change) => {
  expect(headerOf({ ...base, ...change })).toEqual({ command: 'local' });
  expect(frame({ ...base, ...change }).stated).toBeNull();
});

test.each(['opaque', 'anchor'] as const)('%s flows begin with their own first byte', (restoration) => {
  expect(frame({ ...base, class: restoration })).toEqual({ prefix: new Uint8Array(0), stated: null });
});

function headerOf(input: FramingInput) {
  const decoded = decodeProxyHeader(frame(input).prefix);
  if (decoded.kind !== 'complete') throw new Error(decoded.kind);
  expect(decoded.length).toBe(frame(input).prefix.length);
  return decoded.header;
}
