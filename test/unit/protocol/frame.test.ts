// Frames survive any cutting of the byte stream, and bad ones are refused before they cost anything.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OpenGsaError } from '../../../protocol/error.ts';
import { createFrameDecoder, encodeFrame } from '../../../protocol/frame.ts';

const limit = 1024;

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...chunks, bytes.subarray(at)];
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof OpenGsaError ? error.code : 'another error';
  }
  return 'no error';
}

test('any values arrive in order, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 6 }),
      fc.array(fc.nat({ max: 12 }), { maxLength: 80 }),
      (values, sizes) => {
        const decoder = createFrameDecoder(1024 * 1024);
        const bytes = Buffer.concat(values.map((value) => encodeFrame(value, 1024 * 1024)));
        const got = cut(bytes, sizes).flatMap((chunk) => decoder.push(chunk));
        expect(JSON.stringify(got)).toBe(JSON.stringify(values));
        expect(decoder.incomplete()).toBe(false);
      },
    ),
  );
});

test('arbitrary bytes give values or bad-message, nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
      const decoder = createFrameDecoder(limit);
      for (const chunk of chunks) {
        const code = codeOf(() => decoder.push(chunk));
        expect(['no error', 'bad-message']).toContain(code);
        if (code === 'bad-message') return;
      }
    }),
  );
});

describe('limits', () => {
  test('a frame of exactly the limit passes, one byte more is refused by both ends', () => {
    const fits = 'x'.repeat(limit - 2);
    expect(createFrameDecoder(limit).push(encodeFrame(fits, limit))).toEqual([fits]);
    expect(codeOf(() => encodeFrame(`${fits}x`, limit))).toBe('internal');
    expect(codeOf(() => createFrameDecoder(limit).push(encodeFrame(`${fits}x`, limit + 1)))).toBe(
      'bad-message',
    );
  });

  test('a length beyond the limit is refused as soon as the length is known', () => {
    expect(codeOf(() => createFrameDecoder(limit).push(Buffer.from([0xff, 0xff, 0xff, 0xff])))).toBe(
      'bad-message',
    );
  });
});

describe('what is not JSON is refused', () => {
  test.each([
    ['an empty frame', Buffer.from([0, 0, 0, 0])],
    ['broken text', Buffer.from([0, 0, 0, 1, 0x7b])],
    ['bytes that are not UTF-8', Buffer.from([0, 0, 0, 3, 0x22, 0xff, 0x22])],
    ['a byte order mark', Buffer.from([0, 0, 0, 5, 0xef, 0xbb, 0xbf, 0x31, 0x20])],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ])('%s', (_, bytes) => {
    expect(codeOf(() => createFrameDecoder(limit).push(bytes))).toBe('bad-message');
  });

  test('a value without JSON form is our own fault', () => {
    expect(codeOf(() => encodeFrame(undefined, limit))).toBe('internal');
  });
});

test('an end inside a frame can be told from an end between two', () => {
  const frame = encodeFrame({ a: 1 }, limit);
  const decoder = createFrameDecoder(limit);
  expect(decoder.incomplete()).toBe(false);
  decoder.push(frame.subarray(0, 2));
  expect(decoder.incomplete()).toBe(true);
  decoder.push(frame.subarray(2, 6));
  expect(decoder.incomplete()).toBe(true);
  decoder.push(frame.subarray(6));
  expect(decoder.incomplete()).toBe(false);
});
