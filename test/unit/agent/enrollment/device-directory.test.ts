// The device's files: kept from one attempt to the next, complete or absent, and never over others.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  completeDirectory,
  pendingKey,
  renewalKey,
  replaceCertificate,
} from '../../../../agent/enrollment/device-directory.ts';
import { createProgramGroup, type ProgramGroup } from '../../../support/processes.ts';

let group: ProgramGroup;
let directory: string;
let made: number;

beforeEach(() => {
  group = createProgramGroup();
  directory = join(group.folder, 'state', 'device');
  made = 0;
});
afterEach(() => group.end());

const make = (): Promise<string> => Promise.resolve(`key ${++made}`);
const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('the key is made once, for its owner only, and kept until the edge has answered', async () => {
  expect(await pendingKey(directory, make)).toBe('key 1');
  expect(await pendingKey(directory, make)).toBe('key 1');
  expect([modeOf(`${directory}.enrolling`), modeOf(`${directory}.enrolling/device.key`)]).toEqual([
    0o700, 0o600,
  ]);
  expect(existsSync(directory)).toBe(false);
});

test('a device that is replaced is kept beside, the one before that no longer', async () => {
  for (const [i, certificate] of ['first', 'second', 'third'].entries()) {
    await pendingKey(directory, make, i > 0);
    await completeDirectory(directory, { 'device.crt': certificate }, i > 0);
  }
  const certificateIn = (path: string) => readFileSync(join(path, 'device.crt'), 'utf8');
  expect([certificateIn(directory), certificateIn(`${directory}.before`)]).toEqual(['third', 'second']);
  expect(readdirSync(join(directory, '..')).sort()).toEqual(['device', 'device.before']);
  await expect(pendingKey(directory, make)).rejects.toThrow('to enrol it anew: opengsa enroll --replace');
});

test.skipIf(process.platform !== 'linux')('a place where nothing can be is refused at once', async () => {
  await expect(pendingKey('/proc/opengsa/device', make)).rejects.toThrow(
    '/proc/opengsa/device.enrolling: cannot be written',
  );
});

test('a kept key that others could read is replaced', async () => {
  await pendingKey(directory, make);
  chmodSync(`${directory}.enrolling/device.key`, 0o644);
  expect(await pendingKey(directory, make)).toBe('key 2');
});

test('the files come to their place together, the key with them', async () => {
  await pendingKey(directory, make);
  await completeDirectory(directory, { 'device.crt': 'certificate', 'edge.json': '{}' });
  expect(readdirSync(directory).sort()).toEqual(['device.crt', 'device.key', 'edge.json']);
  expect(readFileSync(join(directory, 'device.key'), 'utf8')).toBe('key 1');
  for (const name of readdirSync(directory)) expect(modeOf(join(directory, name))).toBe(0o600);
  expect(modeOf(directory)).toBe(0o700);
  expect(existsSync(`${directory}.enrolling`)).toBe(false);
});

test('an empty directory is filled, one that holds anything is left alone', async () => {
  mkdirSync(directory, { recursive: true });
  await pendingKey(directory, make);
  await completeDirectory(directory, { 'device.crt': 'certificate' });
  await expect(pendingKey(directory, make)).rejects.toMatchObject({ code: 'already-exists' });
  await expect(completeDirectory(directory, {})).rejects.toThrow(
    /is enrolled already; to enrol it anew: opengsa enroll --replace/,
  );
  expect(readdirSync(directory).sort()).toEqual(['device.crt', 'device.key']);
});

test('a place that cannot be written is named', async () => {
  writeFileSync(join(group.folder, 'state'), 'a file');
  await expect(pendingKey(directory, make)).rejects.toThrow(/device/);
});

test('a renewal keeps its key beside the one in use until the certificate is there', async () => {
  await pendingKey(directory, make);
  await completeDirectory(directory, { 'device.crt': 'first' });
  expect(await renewalKey(directory, make)).toBe('key 2');
  expect(await renewalKey(directory, make)).toBe('key 2');
  expect(readFileSync(join(directory, 'device.key'), 'utf8')).toBe('key 1');
  await replaceCertificate(directory, 'second');
  expect(readFileSync(join(directory, 'device.key'), 'utf8')).toBe('key 2');
  expect(readFileSync(join(directory, 'device.crt'), 'utf8')).toBe('second');
  expect(readdirSync(directory).sort()).toEqual(['device.crt', 'device.key']);
  for (const name of readdirSync(directory)) expect(modeOf(join(directory, name))).toBe(0o600);
});
