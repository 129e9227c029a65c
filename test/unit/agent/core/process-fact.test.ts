// What is told of a program: the file that runs must be the one at its path.
import { expect, test } from 'vitest';
import { holderOf, processOf, unknownProcess } from '../../../../agent/core/process-fact.ts';
import { processFact } from '../../../../protocol/process-fact.ts';

const file = { device: 65_024n, inode: 260_875n };

test('the path of a program is known where the file there is the one that runs', () => {
  expect(processOf(1000, holderOf(42, '/usr/bin/curl', file, { ...file }))).toEqual({
    ...{ uid: 1000, pid: 42, executable: '/usr/bin/curl', unknown: null },
  });
});

test.each([
  ['deleted', '/usr/bin/curl (deleted)', null],
  ['written anew since', '/usr/bin/curl', { ...file, inode: 9n }],
  ['that of another mount namespace', '/usr/bin/curl', { ...file, device: 9n }],
])('a file that is %s names no program', (_, path, onDisk) => {
  const fact = processOf(1000, holderOf(42, path, file, onDisk));
  expect(fact).toEqual({ uid: 1000, pid: 42, executable: null, unknown: 'replaced' });
  expect(processFact.parse(fact)).toEqual(fact);
});

test('nothing is known without a socket', () => {
  expect(unknownProcess('gone')).toEqual({ uid: null, pid: null, executable: null, unknown: 'gone' });
});
