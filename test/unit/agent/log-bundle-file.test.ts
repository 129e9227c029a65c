import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundleFileName, writeBundle } from '../../../agent/log-bundle-file.ts';
import type { LogBundle } from '../../../protocol/log-bundle.ts';
import { readBundleFile } from '../../support/bundle-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bundle: LogBundle = {
  ...{ version: 1, createdAt: '2026-11-23T08:00:00.000Z', redacted: true, removedSecrets: 0 },
  ...{ product: { version: '1', node: 'v24', platform: 'linux' } },
  ...{ hidden: [], hiddenAddresses: [], leftOut: [] },
};

describe('a written bundle', () => {
  test('is read back the same, and only its owner may read it', async () => {
    const { path, bytes } = await writeBundle(folder, bundle);
    expect(path).toBe(join(folder, bundleFileName(new Date(bundle.createdAt))));
    expect(path).toMatch(/opengsa-logs-2026-11-2\d-\d{6}\.json\.gz$/);
    expect(statSync(path)).toMatchObject({ size: bytes });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readBundleFile(path)).toEqual(bundle);
  });

  test('never takes the place of what is there, by a link either', async () => {
    const path = join(folder, 'logs.gz');
    writeFileSync(path, 'mine');
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'));
    await expect(writeBundle(path, bundle)).rejects.toThrow(/logs\.gz: exists and is not overwritten/);
    await expect(writeBundle(join(folder, 'link'), bundle)).rejects.toMatchObject({ code: 'already-exists' });
    expect(readdirSync(folder).toSorted()).toEqual(['link', 'logs.gz']);
  });

  test('a directory that is missing, or that takes no files', async () => {
    await expect(writeBundle(join(folder, 'none', 'x.gz'), bundle)).rejects.toMatchObject({
      code: 'not-found',
    });
    // Nobody, root included, makes files there.
    await expect(writeBundle('/sys/opengsa-logs.gz', bundle)).rejects.toThrow(
      /^\/sys\/opengsa-logs\.gz: this account may not write there; name another place/,
    );
  });
});
