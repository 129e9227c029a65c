import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundleFileName, readBundle, writeBundle } from '../../../agent/log-bundle-file.ts';
import type { LogBundle } from '../../../protocol/log-bundle.ts';

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
    expect(await readBundle(path)).toEqual(bundle);
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

describe('a file that is no bundle', () => {
  const packed = gzipSync(JSON.stringify(bundle));
  test.each([
    ['not packed', Buffer.from('{}'), /no log bundle, or is damaged: not in gzip's format/],
    ['empty', Buffer.alloc(0), /is cut off|\(top level\)/],
    ['cut', packed.subarray(0, packed.length - 12), /is cut off; copy it again/],
    ['no JSON', gzipSync('{'), /\(top level\): is no JSON in UTF-8/],
    ['no UTF-8', gzipSync(Buffer.from([0xff])), /\(top level\): is no JSON in UTF-8/],
    ['of a newer version', gzipSync('{"version":2}'), /version: is 2, and this program reads 1/],
    ['wrong in a field', gzipSync(JSON.stringify({ ...bundle, redacted: 1 })), /redacted: /],
    ['a bomb', gzipSync(Buffer.alloc(33 * 1024 * 1024)), /holds more than 32 MiB/],
  ])('%s', async (_what, content, message) => {
    const path = join(folder, 'x.json.gz');
    writeFileSync(path, content);
    const error: unknown = await readBundle(path).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'bad-message', message: expect.stringContaining(path) as string });
    expect((error as Error).message).toMatch(message);
  });

  test('is missing or a directory', async () => {
    mkdirSync(join(folder, 'directory'));
    await expect(readBundle(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(readBundle(join(folder, 'directory'))).rejects.toMatchObject({ code: 'bad-message' });
  });
});
