// Messages in a stream come out whole, however the stream is cut.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDnsFrameReader, frameDnsMessage } from '../../../../agent/core/dns-frames.ts';

it('whatever the cuts, the messages that went in come out', () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });
  fc.assert(
    fc.property(
      messages,
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 9 }),
      (sent, cuts) => {
        const stream = Buffer.concat(sent.map(frameDnsMessage));
        const reader = createDnsFrameReader();
        const got: number[][] = [];
        let at = 0;
        for (let i = 0; at < stream.length; i++) {
          const end = at + cuts[i % cuts.length]!;
          got.push(...reader.push(stream.subarray(at, end)).map((message) => [...message]));
          at = end;
        }
        expect(got).toEqual(sent.map((message) => [...message]));
      },
    ),
    { seed: 7766, numRuns: 300 },
  );
});

it('the longest message byte by byte takes no time', () => {
  const framed = frameDnsMessage(new Uint8Array(0xffff).fill(7));
  const reader = createDnsFrameReader();
  const before = performance.now();
  const got = Array.from(framed, (_, i) => reader.push(framed.subarray(i, i + 1))).flat();
  expect(got.map(({ length }) => length)).toEqual([0xffff]);
  expect(performance.now() - before).toBeLessThan(2000);
});

it('a message that has no place in the length is refused', () => {
  expect(() => frameDnsMessage(new Uint8Array(0x1_0000))).toThrow(RangeError);
});
