// Waiting for output: it ends with the last byte, and with a reader that went away.
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { written } from '../../../protocol/written.ts';

test('a slow reader is waited for', async () => {
  const taken: string[] = [];
  const slow = new Writable({
    write(chunk: Buffer, _, done) {
      setImmediate(() => {
        taken.push(chunk.toString());
        done();
      });
    },
  });
  slow.write('first ');
  slow.write('second');
  await written(slow);
  expect(taken.join('')).toBe('first second');
});

test('a reader that went away is not', async () => {
  const gone = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  gone.on('error', () => undefined);
  gone.write('text');
  await written(gone);
  await written(gone);
  expect(gone.destroyed).toBe(true);
});
