// An edge of another make says nothing of addresses: nothing is predicted, and what a service on the path saw is told.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { deviceBundleFiles } from '../../protocol/device-bundle.ts';
import { seenAsReport, type SeenAsReport } from '../../protocol/seen-as-report.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { startApache } from '../support/foreign-edges.ts';
import { createLocalAgent, type LocalAgent } from '../support/local-agent.ts';
import { createPki } from '../support/pki.ts';
import { type Reflector, startReflector } from '../support/reflector.ts';

const apache = installedProgram('apache2');
let agent: LocalAgent;
let reflector: Reflector;

beforeAll(async () => {
  if (apache === null) return;
  const pki = createPki();
  agent = createLocalAgent();
  const edge = await startApache(agent.group, apache, pki);
  reflector = await startReflector(pki.ca.issue('reflection', { usage: 'server', names: ['127.0.0.1'] }));
  const device = pki.device('laptop');
  const folder = join(agent.group.folder, 'device');
  mkdirSync(folder, { mode: 0o700 });
  const bundle = {
    ...{ version: 1, organisation: 'Contoso', device: 'laptop', jwks: { keys: [] } },
    // By its name: the address would be the edge's own then, and be reached directly.
    ...{ edges: [{ url: `https://localhost:${edge.port}` }], witness: { ipv4: null, ipv6: null } },
  };
  const files = {
    [deviceBundleFiles.key]: device.key,
    [deviceBundleFiles.certificate]: device.cert,
    [deviceBundleFiles.authority]: pki.ca.cert,
    [deviceBundleFiles.edge]: JSON.stringify(bundle),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  const ca = join(agent.group.folder, 'ca.pem');
  writeFileSync(ca, pki.ca.cert);
  agent.configure(
    stringify({
      credentials: folder,
      capture: { http: '127.0.0.1:0', socks5: '127.0.0.1:0' },
      customRules: [{ destinations: ['127.0.0.1', 'app.contoso.test'], ports: [443, reflector.port] }],
      reflections: [{ url: `https://127.0.0.1:${reflector.port}/`, destinations: ['app.contoso.test'], ca }],
    }),
  );
  await agent.start();
});

afterAll(async () => {
  if (apache === null) return;
  await agent.group.end();
  await reflector.close();
});

test.skipIf(apache === null)('Apache httpd as the edge (package apache2-bin)', async () => {
  await expect
    .poll(async () => (await agent.status()).attention, { timeout: 15_000, interval: 200 })
    .toEqual([{ kind: 'foreign-edge' }]);
  expect((await ask('app.contoso.test')).destinations).toMatchObject([
    { path: 'edge', class: null, whose: null, basis: 'unknown', reason: 'foreign-edge', verification: null },
  ]);

  expect((await ask('--verify', 'app.contoso.test')).destinations).toMatchObject([
    {
      ...{
        basis: 'observed',
        reason: 'foreign-edge',
        verification: { kind: 'unpredicted', address: '127.0.0.1' },
      },
      addresses: { ipv4: { state: 'known', address: '127.0.0.1' }, ipv6: { state: 'unknown' } },
    },
  ]);
  expect((await agent.run('seen-as', '--verify', 'app.contoso.test')).stdout).toMatch(
    /^app\.contoso\.test +edge +- +127\.0\.0\.1 +not judged +not known +\[1\] +it saw 127\.0\.0\.1$/m,
  );
  expect(reflector.askedBy).toEqual(['127.0.0.1', '127.0.0.1']);
});

async function ask(...options: string[]): Promise<SeenAsReport> {
  const { stdout, stderr } = await agent.run('seen-as', '--json', ...options);
  if (stderr !== '') throw new Error(stderr);
  return seenAsReport.parse(JSON.parse(stdout));
}
