// The named locations of a machine: the edge's and the imported ones, kept for their owner only.
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locationsPath } from '../../../agent/location-store.ts';
import { openLocations } from '../../../agent/locations.ts';
import type { NamedLocation } from '../../../protocol/named-location.ts';
import { manualClock } from '../../support/manual-clock.ts';

const clock = manualClock();
const berlin: NamedLocation = { kind: 'ranges', name: 'Berlin', trusted: true, ranges: ['203.0.113.0/24'] };
const germany: NamedLocation = { kind: 'countries', name: 'Germany', countries: ['DE'] };
const fromEdge = [{ name: 'Contoso edge', trusted: false, ranges: ['198.51.100.5/32'] }];

let stateDir = '';
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'opengsa-locations-'));
});
afterEach(() => rm(stateDir, { recursive: true }));

const open = () => openLocations(stateDir, clock);

describe('named locations', () => {
  test('of both sources are judged together, and each says whose it is', async () => {
    const locations = await open();
    await locations.replace([berlin, germany]);
    const { index, summary } = locations.known(fromEdge);
    expect(index.judge('203.0.113.7')).toMatchObject({ locations: [{ name: 'Berlin', source: 'imported' }] });
    expect(index.judge('198.51.100.5')).toMatchObject({
      locations: [{ name: 'Contoso edge', source: 'edge' }],
    });
    expect(summary).toMatchObject({ edge: 1, imported: 2, notJudged: ['Germany'], fault: null });
    expect(locations.list(fromEdge).locations.map(({ source }) => source)).toEqual([
      'edge',
      'imported',
      'imported',
    ]);
  });

  test('are made ready once for each view and list', async () => {
    const locations = await open();
    expect(locations.known(fromEdge)).toBe(locations.known(fromEdge));
    expect(locations.known([])).not.toBe(locations.known(fromEdge));
    const before = locations.known(fromEdge);
    await locations.replace([berlin]);
    expect(locations.known(fromEdge)).not.toBe(before);
  });

  test('outlast the agent, in a file for its owner only', async () => {
    await (await open()).replace([berlin, germany]);
    expect((await stat(locationsPath(stateDir))).mode & 0o777).toBe(0o600);
    expect((await open()).list([])).toMatchObject({
      locations: [{ location: berlin }, { location: germany }],
    });
  });

  test('are forgotten by name or all at once; one that is not there has a name for it', async () => {
    const locations = await open();
    await locations.replace([berlin, germany]);
    await locations.remove('Germany');
    await expect(locations.remove('Germany')).rejects.toThrow(
      'no location Germany was imported; there is Berlin',
    );
    await locations.clear();
    expect((await open()).list([])).toMatchObject({ locations: [], importedAt: null, fault: null });
    await expect(locations.remove('Berlin')).rejects.toThrow(/none is known/);
  });

  test('a damaged file stops nothing, and is told', async () => {
    await writeFile(
      locationsPath(stateDir),
      '{"version":1,"importedAt":"2026-11-27T09:50:00Z","locations":[{}]}',
    );
    const locations = await open();
    expect(locations.known(fromEdge).summary).toMatchObject({ edge: 1, imported: 0 });
    expect(locations.list([]).fault).toMatch(/named-locations\.json: locations\[0\]/);
    await locations.replace([berlin]);
    expect(locations.list([]).fault).toBeNull();
  });

  test('what cannot be stored leaves the former list in force', async () => {
    const locations = await open();
    await locations.replace([berlin]);
    await rm(stateDir, { recursive: true });
    await writeFile(stateDir, 'no folder any more');
    await expect(locations.replace([germany])).rejects.toThrow();
    expect(locations.list([]).locations).toEqual([{ source: 'imported', location: berlin }]);
  });
});
