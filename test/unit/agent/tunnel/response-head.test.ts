import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHeadReader, longestHead } from '../../../../agent/tunnel/response-head.ts';

function read(...chunks: (string | Buffer)[]) {
  const reader = createHeadReader();
  return chunks.map((chunk) => reader.push(Buffer.from(chunk as string, 'latin1'))).at(-1)!;
}

test('a head in any pieces, with what follows it', () => {
  const text = 'HTTP/1.0 200 Connection Established\r\nProxy-Status: edge\r\n\r\nSSH-2.0-';
  fc.assert(
    fc.property(fc.integer({ min: 1, max: text.length - 1 }), (at) => {
      const reader = createHeadReader();
      const first = reader.push(Buffer.from(text.slice(0, at)));
      const last = first.kind === 'head' ? first : reader.push(Buffer.from(text.slice(at)));
      expect(last).toMatchObject({ kind: 'head', status: 200 });
      if (last.kind === 'head') expect(last.fields.get('proxy-status')).toBe('edge');
    }),
  );
  expect(read(text)).toMatchObject({ rest: Buffer.from('SSH-2.0-') });
});

test('interim answers are passed over', () => {
  const all =
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n';
  expect(read(all)).toMatchObject({ kind: 'head', status: 403 });
  expect(read('HTTP/1.1 101 Switching Protocols\r\n\r\n')).toMatchObject({ kind: 'bad' });
});

test.each([
  'SSH-2.0-OpenSSH',
  'HTTP/2 200\r\n\r\n',
  'HTTP/1.1 20\r\n\r\n',
  'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
  'HTTP/1.1 200 OK\r\n folded: x\r\n\r\n',
  'HTTP/1.1 200 OK\r\nname : x\r\n\r\n',
  'HTTP/1.1 200 OK\r\nname: a\nb\r\n\r\n',
])('%j is bad', (text) => {
  expect(read(text)).toMatchObject({ kind: 'bad' });
});

test('a head without end is given up', () => {
  expect(read(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(longestHead)}`)).toMatchObject({ kind: 'bad' });
});

test('no bytes make it throw, and pieces never change the verdict', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom('', 'HTTP/1.1 200 OK\r\n'),
      (bytes, start) => {
        const whole = Buffer.concat([Buffer.from(start), bytes, Buffer.from('\r\n\r\n')]);
        const atOnce = createHeadReader().push(whole).kind;
        const reader = createHeadReader();
        let last = 'incomplete';
        for (const byte of whole) {
          last = reader.push(Buffer.from([byte])).kind;
          if (last !== 'incomplete') break;
        }
        expect(last).toBe(atOnce);
      },
    ),
    { numRuns: 300 },
  );
});
