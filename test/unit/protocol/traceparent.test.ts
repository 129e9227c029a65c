// One identifier per flow, in the form that other programs read.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatTraceparent,
  isOfTrace,
  parseTraceparent,
  parseTraceSearch,
  shortTraceId,
  traceparentRandomBytes,
} from '../../../protocol/traceparent.ts';

test('is the form of the W3C recommendation', () => {
  const random = Uint8Array.from({ length: 24 }, (_, i) => i + 1);
  expect(formatTraceparent(random)).toBe('00-0102030405060708090a0b0c0d0e0f10-1112131415161718-01');
});

test('whatever the random bytes, it is valid and comes back', () => {
  const random = fc.uint8Array({ minLength: traceparentRandomBytes, maxLength: traceparentRandomBytes });
  fc.assert(
    fc.property(random, (bytes) => {
      const text = formatTraceparent(bytes);
      const parsed = parseTraceparent(text);
      expect(`00-${parsed?.traceId}-${parsed?.parentId}-01`).toBe(text);
    }),
    { examples: [[new Uint8Array(24)]] },
  );
});

test.each([
  '',
  '00-0102030405060708090a0b0c0d0e0f10-1112131415161718',
  '01-0102030405060708090a0b0c0d0e0f10-1112131415161718-01',
  '00-0102030405060708090A0B0C0D0E0F10-1112131415161718-01',
  '00-00000000000000000000000000000000-1112131415161718-01',
  '00-0102030405060708090a0b0c0d0e0f10-0000000000000000-01',
])('%s is none', (text) => {
  expect(parseTraceparent(text)).toBeNull();
});

const flow = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test.each([
  flow,
  '0af7651916cd43dd8448eb211c80319c',
  '0AF76519-16CD-43DD-8448-EB211C80319C',
  shortTraceId(flow),
])('a flow is found by %s', (text) => {
  const search = parseTraceSearch(text);
  expect(isOfTrace(flow, search)).toBe(true);
  expect(isOfTrace(null, search)).toBe(false);
  expect(isOfTrace(flow.replace('0af7', '1af7'), search)).toBe(false);
});

test.each([
  '',
  '0af7651',
  'login.contoso.test',
  `${flow}0`,
  '0af7651916cd43dd8448eb211c80319c0',
  '0af76519*',
])('no flow is meant by %j', (text) => {
  const fault = { code: 'bad-usage', message: expect.stringContaining(JSON.stringify(text)) as string };
  expect(() => parseTraceSearch(text)).toThrow(expect.objectContaining(fault));
});
