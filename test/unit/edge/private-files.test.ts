// Files with secrets: written all or none, and never read when others can read them.
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
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPrivateDirectory, createPrivateFile, readPrivateFile } from '../../../edge/private-files.ts';
import { createProgramGroup, type ProgramGroup } from '../../support/processes.ts';

let group: ProgramGroup;
beforeEach(() => {
  group = createProgramGroup();
});
afterEach(() => group.end());

const at = (name: string): string => join(group.folder, name);
const mode = (path: string): number => statSync(path).mode & 0o777;

describe('a private directory', () => {
  test('holds the files, and only its owner has rights', () => {
    createPrivateDirectory(at('deep/out'), { 'a.key': 'secret', 'b.crt': 'open' });
    expect(readdirSync(at('deep/out')).sort()).toEqual(['a.key', 'b.crt']);
    expect(mode(at('deep/out'))).toBe(0o700);
    expect(mode(at('deep/out/a.key'))).toBe(0o600);
  });

  test('may have been made empty before, and stays the same directory: it may be a mount', () => {
    mkdirSync(at('out'));
    const before = statSync(at('out')).ino;
    createPrivateDirectory(at('out'), { 'a.key': 'secret' });
    expect(mode(at('out'))).toBe(0o700);
    expect(statSync(at('out')).ino).toBe(before);
    expect(readdirSync(group.folder)).toEqual(['out']);
  });

  test('that was made empty before is empty again where it cannot be written whole', () => {
    mkdirSync(at('out'));
    expect(() => createPrivateDirectory(at('out'), { 'a.key': 'secret', 'no/such/place': 'x' })).toThrow(
      /out: cannot be written/,
    );
    expect(readdirSync(at('out'))).toEqual([]);
  });

  test('can be taken back, down to what was there before', () => {
    mkdirSync(at('made'));
    createPrivateDirectory(at('made'), { 'a.key': 'secret' })();
    createPrivateDirectory(at('absent'), { 'a.key': 'secret' })();
    expect(readdirSync(group.folder)).toEqual(['made']);
    expect(readdirSync(at('made'))).toEqual([]);
  });

  test('that holds anything is refused by what it holds, and nothing is left beside it', () => {
    mkdirSync(at('out'));
    writeFileSync(at('out/notes'), 'mine');
    expect(() => createPrivateDirectory(at('out'), { 'a.key': 'secret' })).toThrow(/not empty \(notes\)/);
    expect(readdirSync(group.folder)).toEqual(['out']);
  });

  test('that cannot be written whole is not written at all', () => {
    expect(() => createPrivateDirectory(at('out'), { 'a.key': 'secret', 'no/such/place': 'x' })).toThrow(
      /out: cannot be written/,
    );
    expect(readdirSync(group.folder)).toEqual([]);
  });
});

test('a file that exists is not overwritten', () => {
  createPrivateFile(at('edge.yaml'), 'first');
  expect(() => createPrivateFile(at('edge.yaml'), 'second')).toThrow(/exists; nothing was written/);
  expect(readFileSync(at('edge.yaml'), 'utf8')).toBe('first');
});

describe('reading a secret', () => {
  test.each([0o640, 0o604, 0o644, 0o620])('refuses mode %o and says what to do', (lax) => {
    createPrivateFile(at('a.key'), 'secret');
    chmodSync(at('a.key'), lax);
    expect(() => readPrivateFile(at('a.key'), 'hint')).toThrow(`run: chmod 600 ${at('a.key')}`);
  });

  test('gives the text where only the owner has rights', () => {
    createPrivateFile(at('a.key'), 'secret');
    expect(readPrivateFile(at('a.key'), 'hint')).toBe('secret');
  });

  test('of a file that is not there says what makes it', () => {
    expect(existsSync(at('a.key'))).toBe(false);
    expect(() => readPrivateFile(at('a.key'), 'run: opengsa-edge init')).toThrow(
      /a\.key does not exist; run: opengsa-edge init/,
    );
  });
});
