import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerBefore, type NftSession, openNftSession } from '../../../../agent/transparent/nft-session.ts';

describe('an answer', () => {
  const complaint = (word: string): string => `Error: syntax error, unexpected string\n${word}\n^^^^^\n`;

  test('is awaited until the word is there, and is empty where all went well', () => {
    expect(answerBefore('w1', '')).toBeNull();
    expect(answerBefore('w1', 'Error: syntax error, unexpected string\n')).toBeNull();
    expect(answerBefore('w1', complaint('w1'))).toBe('');
  });

  test('holds what nft complained of, without the line that it repeats', () => {
    const text = `Error: Could not process rule: File exists\nadd element inet x { 1 }\n            ^\n${complaint('w2')}`;
    expect(answerBefore('w2', text)).toBe('Could not process rule: File exists');
  });
});

/** Complains as nft does, of every line that does not begin with `add`; `die` ends it. */
const imitation = `#!/usr/bin/env node
const lines = require('node:readline').createInterface({ input: process.stdin });
lines.on('line', (line) => {
  if (line === 'die') process.exit(3);
  if (line.startsWith('add')) return;
  const what = line === 'bad' ? 'Could not process rule: Invalid argument' : 'syntax error, unexpected string';
  process.stderr.write('Error: ' + what + '\\n' + line + '\\n^^^^\\n');
});
`;

describe('a session', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opengsa-nft-'));
  const program = join(folder, 'nft');
  const ends: string[] = [];
  let session: NftSession;
  beforeAll(() => {
    writeFileSync(program, imitation.replace('/usr/bin/env node', process.execPath));
    chmodSync(program, 0o700);
    session = openNftSession((reason) => ends.push(reason), program);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('performs lines in their order and says which one failed, in the words of nft', async () => {
    const outcomes = await Promise.allSettled(['add a', 'bad', 'add b'].map((line) => session.run(line)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({
      reason: { code: 'capture-failed', message: 'nft: Could not process rule: Invalid argument' },
    });
    expect(ends).toEqual([]);
  });

  test('tells of its end once, and fails whatever is asked later', async () => {
    await expect(session.run('die')).rejects.toMatchObject({ code: 'capture-failed' });
    expect(ends).toEqual([`${program} ended (3)`]);
    await expect(session.run('add c')).rejects.toMatchObject({ message: `nft: ${program} ended (3)` });
    await session.stop();
  });

  test('that is stopped tells of no end', async () => {
    const told: string[] = [];
    const other = openNftSession((reason) => told.push(reason), program);
    await other.run('add a');
    await other.stop();
    expect(told).toEqual([]);
  });

  test('of a program that is not there cannot be opened', () => {
    expect(() => openNftSession(() => undefined, null)).toThrow('there is no /usr/sbin/nft');
  });
});
