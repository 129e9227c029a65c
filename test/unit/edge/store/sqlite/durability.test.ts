// What was acknowledged is kept: through kills at any moment, and with a journal that was cut anywhere.
import { copyFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openSqliteStore } from '../../../../../edge/store/sqlite/store.ts';
import { createProgramGroup, pinnedNode, type ProgramGroup } from '../../../../support/processes.ts';

vi.setConfig({ testTimeout: 90_000 });

const writer = join(import.meta.dirname, '../../../../support/store-writer.ts');
const made = '2026-06-01T00:00:00.000Z';
const kills = 10;

let group: ProgramGroup;
beforeEach(() => void (group = createProgramGroup()));
afterEach(() => group.end());

test(`a process is killed ${kills} times while it writes, and every change that it acknowledged is there`, async () => {
  const file = join(group.folder, 'edge.db');
  let first = 0;
  const acknowledged: number[] = [];
  for (let round = 0; round < kills; round += 1) {
    const program = group.start(pinnedNode, [writer, file, String(first)]);
    await program.line(new RegExp(`^${first}$`));
    // Some changes later, at no moment in particular.
    await program.line(new RegExp(`^${first + ((round * 7) % 23)}$`));
    program.signal('SIGKILL');
    const { stdout, signal } = await program.ended;
    expect(signal).toBe('SIGKILL');
    acknowledged.push(...stdout.split('\n').slice(0, -1).map(Number));
    const store = openSqliteStore(file, made);
    const names = new Set(store.devices.list().map(({ name }) => name));
    const audited = new Set(store.audit.latest(1_000_000).map(({ detail }) => detail));
    store.close();
    expect(acknowledged.filter((i) => !names.has(`laptop-${i}`))).toEqual([]);
    // Both halves of a change, or none of it.
    expect(audited).toEqual(names);
    first = names.size;
  }
  expect(acknowledged.length).toBeGreaterThan(kills * 5);
});

test('a journal that was cut anywhere leaves the changes up to some moment, each of them whole', async () => {
  const file = join(group.folder, 'edge.db');
  const program = group.start(pinnedNode, [writer, file, '0']);
  await program.line(/^40$/);
  program.signal('SIGKILL');
  await program.ended;
  const { length } = readFileSync(`${file}-wal`);
  let longest = 0;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: length }), (cut) => {
      const copy = join(group.folder, `cut-${cut}.db`);
      copyFileSync(file, copy);
      copyFileSync(`${file}-wal`, `${copy}-wal`);
      truncateSync(`${copy}-wal`, cut);
      const store = openSqliteStore(copy, made);
      const devices = store.devices.list().length;
      const entries = store.audit
        .latest(1_000_000)
        .map(({ detail }) => detail)
        .reverse();
      store.close();
      longest = Math.max(longest, devices);
      expect(entries).toEqual(Array.from({ length: devices }, (_, i) => `laptop-${i}`));
    }),
    { numRuns: 40, seed: 6, examples: [[length], [0]] },
  );
  expect(longest).toBeGreaterThan(39);
});
