// Acting on the store of an edge that does not run, whatever became of its certificate.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeEdge } from '../../../../edge/cli/make-edge.ts';
import { withStore } from '../../../../edge/cli/offline.ts';
import { issueEdgeCertificate } from '../../../../edge/identity/pki.ts';
import { stateFiles } from '../../../../edge/paths.ts';
import { readPrivateFile } from '../../../../edge/private-files.ts';
import { createProgramGroup, type ProgramGroup } from '../../../support/processes.ts';

let group: ProgramGroup;
beforeEach(() => {
  group = createProgramGroup();
});
afterEach(() => group.end());

test('an edge certificate that ended keeps nobody from revoking a device, and no device is added', async () => {
  const stateDir = join(group.folder, 'state');
  const places = { config: join(group.folder, 'edge.yaml'), stateDir, files: stateFiles(stateDir) };
  const subject = { name: 'edge.contoso.test', organisation: 'Contoso', names: [], addresses: [] };
  const options = { microsoft: 'direct', listen: ['127.0.0.1:8443'], urls: [], addresses: [] } as const;
  await makeEdge({ ...subject, ...options, egress: { ipv4: null, ipv6: null } }, places);
  await withStore(places, (a) => a.addDevice('laptop', 'uid 0'));

  const { files } = places;
  const read = (path: string): string => readPrivateFile(path, '');
  const authority = { key: read(files.authorityKey), certificate: read(files.authorityCertificate) };
  const ended = await issueEdgeCertificate(authority, subject, new Date('2020-01-01T00:00:00Z'));
  writeFileSync(files.edgeKey, ended.key);
  writeFileSync(files.edgeCertificate, ended.certificate);

  expect(await withStore(places, (a) => a.devices())).toMatchObject([{ name: 'laptop' }]);
  expect(await withStore(places, (a) => a.revokeDevice('laptop', 'uid 0'))).toMatchObject({ name: 'laptop' });
  await expect(withStore(places, (a) => a.addDevice('tablet', 'uid 0'))).rejects.toThrow(
    /ended on 2022.*docs\/operations\.md/,
  );
});
