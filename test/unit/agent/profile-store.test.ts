// The profiles of a machine: kept for their owner only, refused with their fault, and the one in force stays.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listProfiles, loadProfile, saveProfile } from '../../../agent/profile-store.ts';
import type { Profile } from '../../../protocol/profile.ts';

const profile: Profile = {
  name: 'Own',
  state: 'enabled',
  version: '1',
  trafficForwardingType: 'm365',
  priority: 10,
  policies: [],
};

let stateDir = '';
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'opengsa-profiles-'));
});
afterEach(() => rm(stateDir, { recursive: true }));

describe('the profile store', () => {
  it('has the Microsoft profile from the start', async () => {
    expect(await listProfiles(stateDir)).toMatchObject([
      { name: 'microsoft', source: 'built-in', fault: null },
    ]);
    expect((await loadProfile(stateDir, 'microsoft')).policies).toHaveLength(5);
  });

  it('keeps an imported profile in a file for its owner only', async () => {
    const path = await saveProfile(stateDir, 'own', profile);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await loadProfile(stateDir, 'own')).toEqual(profile);
    expect((await listProfiles(stateDir)).map(({ name, source }) => `${name} ${source}`)).toEqual([
      'microsoft built-in',
      'own imported',
    ]);
  });

  it('lets an imported profile take the place of the built-in one', async () => {
    await saveProfile(stateDir, 'microsoft', profile);
    expect(await listProfiles(stateDir)).toMatchObject([{ name: 'microsoft', source: 'imported' }]);
  });

  it('shows a file that does not parse with its fault, beside the others', async () => {
    const path = await saveProfile(stateDir, 'own', profile);
    await writeFile(path, JSON.stringify({ ...profile, policies: [{ name: 'x', state: 'on', rules: [] }] }));
    const [, own] = await listProfiles(stateDir);
    expect(own).toMatchObject({ name: 'own', profile: null });
    expect(own?.fault).toContain('policies[0].state');
    await expect(loadProfile(stateDir, 'own')).rejects.toThrow('policies[0].state');
    await writeFile(path, '{');
    await expect(loadProfile(stateDir, 'own')).rejects.toThrow(path);
  });

  it('falls back to the built-in Microsoft profile where the imported one is damaged, with the fault', async () => {
    const path = await saveProfile(stateDir, 'microsoft', profile);
    await writeFile(path, '{"policies":');
    const [stored, ...others] = await listProfiles(stateDir);
    expect(others).toEqual([]);
    expect(stored).toMatchObject({
      name: 'microsoft',
      source: 'built-in',
      profile: { name: 'Microsoft traffic profile' },
    });
    expect(stored?.fault).toContain(path);
  });

  it('refuses a faulty profile and keeps the one in force', async () => {
    const path = await saveProfile(stateDir, 'own', profile);
    const before = await readFile(path, 'utf8');
    const faulty = { ...profile, priority: 1.5 };
    await expect(saveProfile(stateDir, 'own', faulty)).rejects.toMatchObject({ code: 'bad-profile' });
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('refuses names that could leave its folder', async () => {
    for (const name of ['../x', 'a/b', '', 'Own', '.hidden', 'a'.repeat(65)]) {
      await expect(saveProfile(stateDir, name, profile)).rejects.toMatchObject({ code: 'bad-usage' });
    }
    await expect(loadProfile(stateDir, '../x')).rejects.toMatchObject({ code: 'not-found' });
  });
});
