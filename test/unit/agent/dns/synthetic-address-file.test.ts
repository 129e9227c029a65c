// Synthetic addresses outlive the agent that gave them, in a file of their own.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parsePrefix } from '../../../../protocol/address.ts';
import { openSyntheticAddresses } from '../../../../agent/dns/synthetic-address-file.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const range = parsePrefix('6.6.0.0/16')!;
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opengsa-'));
  path = join(folder, 'synthetic-addresses.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('are there again after a restart, and nobody else may read them', async () => {
  const clock = manualClock();
  const faults = vi.fn();
  const first = await openSyntheticAddresses(path, range, clock, faults);
  expect(first.addresses.addressOf('a.test', clock.now())?.text).toBe('6.6.0.1');
  await first.close();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const second = await openSyntheticAddresses(path, range, clock, faults);
  expect(second.addresses.addressOf('a.test', clock.now())?.text).toBe('6.6.0.1');
  expect(faults).not.toHaveBeenCalled();
  await second.close();
});

it('are written soon after they were given, many at a time, and not for a use', async () => {
  const clock = manualClock();
  const file = await openSyntheticAddresses(path, range, clock, vi.fn());
  for (let i = 0; i < 50; i++) file.addresses.addressOf(`n${i}.test`, clock.now());
  expect(clock.pending()).toBe(1);
  clock.advance(1000);
  await vi.waitFor(async () => expect(await readFile(path, 'utf8')).toContain('n49.test'));
  file.addresses.addressOf('n0.test', clock.now());
  expect(clock.pending()).toBe(0);
  await file.close();
});

it('hold on where they cannot be written', async () => {
  const clock = manualClock();
  const faults = vi.fn();
  await writeFile(join(folder, 'no-folder'), '');
  const file = await openSyntheticAddresses(path, range, clock, faults);
  await rm(folder, { recursive: true });
  await writeFile(folder, 'in the way');
  expect(file.addresses.addressOf('a.test', clock.now())?.text).toBe('6.6.0.1');
  await file.close();
  expect(faults).toHaveBeenCalledOnce();
  expect(file.addresses.addressOf('a.test', clock.now())?.text).toBe('6.6.0.1');
});

it('are not guessed from a damaged file', async () => {
  await writeFile(path, '{"version":1,');
  await expect(openSyntheticAddresses(path, range, manualClock(), vi.fn())).rejects.toThrow(
    /synthetic-addresses\.json: cannot be read; remove it/,
  );
});
