// Whether a command acts on the store by itself: only where no edge runs.
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { administer } from '../../../../edge/cli/administrator.ts';
import { stateFiles } from '../../../../edge/paths.ts';
import { createProgramGroup, type ProgramGroup } from '../../../support/processes.ts';

let group: ProgramGroup;
beforeEach(() => {
  group = createProgramGroup();
});
afterEach(() => group.end());

test('an edge that gives no answer is never worked around', async () => {
  const stateDir = join(group.folder, 'state');
  mkdirSync(stateDir);
  const files = stateFiles(stateDir);
  const server = createServer((socket) => socket.destroy()).listen(files.controlSocket);
  await once(server, 'listening');
  const places = { config: join(group.folder, 'edge.yaml'), stateDir, files };
  const acts: string[] = [];
  const outcome = administer(places, 'devices.list', {}, () => {
    acts.push('offline');
    return { devices: [] };
  });
  await expect(outcome).rejects.toMatchObject({ code: 'too-busy' });
  expect(acts).toEqual([]);
  server.close();
});
