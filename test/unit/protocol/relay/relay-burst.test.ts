// What arrives in a burst leaves in one write, in order, and the first piece does not wait for the rest.
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import type { FlowStream } from '../../../../protocol/relay/flow-stream.ts';
import { relay } from '../../../../protocol/relay/relay.ts';

/** A stream that records its writes; `writev` shows what came together. */
function recording(): { stream: FlowStream; writes: string[] } {
  const writes: string[] = [];
  const duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      writes.push(chunk.toString());
      done();
    },
    writev: (chunks, done) => {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join('|'));
      done();
    },
  });
  return {
    stream: {
      duplex,
      endedCleanly: () => duplex.readableEnded,
      reset: (error) => void duplex.destroy(error),
    },
    writes,
  };
}

test('the first piece leaves at once, the rest together after the burst', async () => {
  const [a, b] = [recording(), recording()];
  const bursts: (() => void)[] = [];
  const done = relay(a.stream, b.stream, { afterBurst: (callback) => void bursts.push(callback) });
  a.stream.duplex.resume();
  await Promise.resolve();

  for (const piece of ['one', 'two', 'three']) a.stream.duplex.emit('data', Buffer.from(piece));
  expect(b.writes).toEqual(['one']);
  for (const after of bursts.splice(0)) after();
  expect(b.writes).toEqual(['one', 'two|three']);

  a.stream.duplex.emit('data', Buffer.from('four'));
  expect(b.writes.at(-1)).toBe('four');
  a.stream.duplex.push(null);
  b.stream.duplex.push(null);
  await expect(done).resolves.toMatchObject({ clean: true });
  expect(b.writes).toEqual(['one', 'two|three', 'four']);
});
