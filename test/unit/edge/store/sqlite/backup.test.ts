// The backup of a store: of one moment, whole, for its owner alone, and good to start from.
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backUpStore } from '../../../../../edge/store/sqlite/backup.ts';
import { refuseDamage } from '../../../../../edge/store/sqlite/database.ts';
import { openSqliteStore } from '../../../../../edge/store/sqlite/store.ts';
import { createProgramGroup, pinnedNode, type ProgramGroup } from '../../../../support/processes.ts';

vi.setConfig({ testTimeout: 60_000 });

const made = '2026-06-01T00:00:00.000Z';
const writer = join(import.meta.dirname, '../../../../support/store-writer.ts');
let group: ProgramGroup;
beforeEach(() => void (group = createProgramGroup()));
afterEach(() => group.end());

const at = (name: string): string => join(group.folder, name);

function fill(count: number): void {
  const store = openSqliteStore(at('edge.db'), made);
  store.transaction(() => {
    for (let i = 0; i < count; i += 1) {
      store.devices.add({ name: `d-${i}`, thumbprint: `t-${i}`, createdAt: made, expiresAt: made });
    }
  });
  store.close();
}

test('it is one file with all the store has, and only its owner may read it', async () => {
  fill(3);
  expect(await backUpStore(at('edge.db'), at('copy.db'))).toEqual({ devices: 3, auditEntries: 0 });
  expect(readdirSync(group.folder).filter((name) => name.includes('copy'))).toEqual(['copy.db']);
  expect(statSync(at('copy.db')).mode & 0o777).toBe(0o600);
  expect(statSync(at('copy.db')).nlink).toBe(1);
  const restored = openSqliteStore(at('copy.db'), made);
  expect(restored.devices.byThumbprint('t-2')?.name).toBe('d-2');
  restored.close();
});

test('it is the store of one moment, while another process goes on changing it', async () => {
  const program = group.start(pinnedNode, [writer, at('edge.db'), '0']);
  for (const [i, wanted] of [50, 150, 250].entries()) {
    await program.line(new RegExp(`^${wanted}$`));
    const { devices, auditEntries } = await backUpStore(at('edge.db'), at(`copy-${i}.db`));
    expect(devices).toBeGreaterThan(wanted);
    expect(auditEntries).toBe(devices);
  }
});

describe('is refused, and nothing is written', () => {
  test('where the file exists', async () => {
    fill(1);
    writeFileSync(at('copy.db'), 'mine');
    await expect(backUpStore(at('edge.db'), at('copy.db'))).rejects.toThrow(
      /copy\.db exists; nothing was written/,
    );
    expect(readFileSync(at('copy.db'), 'utf8')).toBe('mine');
  });

  test('where there is no store', async () => {
    await expect(backUpStore(at('edge.db'), at('copy.db'))).rejects.toThrow(/there is no store to back up/);
    expect(readdirSync(group.folder)).toEqual([]);
  });

  test('where the place is none', async () => {
    fill(1);
    await expect(backUpStore(at('edge.db'), at('none/copy.db'))).rejects.toThrow(
      /copy\.db: cannot be written/,
    );
  });

  test('where the store is damaged', async () => {
    fill(2000);
    damage();
    await expect(backUpStore(at('edge.db'), at('copy.db'))).rejects.toThrow(/damaged, nothing was written/);
    expect(readdirSync(group.folder).filter((name) => name.includes('copy'))).toEqual([]);
  });
});

test('a damaged store is refused with the remedy, and a backup in its place is good', async () => {
  fill(2000);
  await backUpStore(at('edge.db'), at('copy.db'));
  refuseDamage(at('edge.db'));
  damage();
  expect(() => refuseDamage(at('edge.db'))).toThrow(
    /the store is damaged; stop the edge, move .* and put a backup/,
  );
  copyFileSync(at('copy.db'), at('edge.db'));
  refuseDamage(at('edge.db'));
});

/** Overwrites a page in the middle of the file, as a bad disk does. */
function damage(): void {
  const database = new DatabaseSync(at('edge.db'));
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  const bytes = readFileSync(at('edge.db'));
  const page = Math.floor(bytes.length / 4096 / 2) * 4096;
  bytes.fill(0x5a, page, page + 4096);
  writeFileSync(at('edge.db'), bytes);
}
