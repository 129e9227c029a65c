// A connection inside the process ends and breaks like one between processes.
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { memoryPipe } from '../../../../agent/capture/memory-pipe.ts';
import { digestOf, reproducibleDigest, sendReproducible } from '../../../support/origins.ts';

test('carries bytes both ways at once and ends cleanly', async () => {
  const [a, b] = memoryPipe();
  const [atA, atB] = [digestOf(a), digestOf(b)];
  sendReproducible(a, 1_000_003, 1);
  sendReproducible(b, 500_009, 2);
  expect(await atB).toEqual(reproducibleDigest(1_000_003, 1));
  expect(await atA).toEqual(reproducibleDigest(500_009, 2));
  if (!a.closed) await once(a, 'close');
  expect([a.errored, b.errored]).toEqual([null, null]);
});

test('holds back a writer whose reader does not read', () => {
  const [a] = memoryPipe();
  let accepted = 0;
  while (a.write(Buffer.alloc(16_384)) && accepted < 1000) accepted += 1;
  expect(accepted).toBeLessThan(100);
});

test('an end that is destroyed early breaks the other', async () => {
  const [a, b] = memoryPipe();
  b.on('end', () => expect.unreachable('a break must not look like an end'));
  b.resume();
  a.write('partial');
  a.destroy();
  const [error] = (await once(b, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
});

test('half-close is kept', async () => {
  const [a, b] = memoryPipe();
  const ended = once(b, 'end');
  a.end('question');
  const [question] = (await once(b, 'data')) as [Buffer];
  await ended;
  b.end('answer');
  const [answer] = (await once(a, 'data')) as [Buffer];
  expect([question.toString(), answer.toString()]).toEqual(['question', 'answer']);
});
