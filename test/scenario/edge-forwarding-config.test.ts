// The classes that end HTTP as an administrator has them: written in edge.yaml, served by the program, asked by curl.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installedProgram } from '../support/debian-programs.ts';
import { initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import { createAuthority, writeIdentity } from '../support/pki.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';
import { listen } from '../support/relay-chain.ts';

const curl = installedProgram('curl');
const authority = createAuthority('contoso application CA');
const issue = (name: string) => authority.issue(name, { usage: 'server', names: [name] });

let group: ProgramGroup;
let application: Server;

beforeAll(async () => {
  group = createProgramGroup();
  const { cert, key } = issue('internal.contoso.test');
  application = createServer({ cert, key }, (request, response) => {
    response.end(request.headersDistinct['x-forwarded-for']?.join() ?? 'nobody');
  });
  const upstream = { address: '127.0.0.1', port: await listen(application) };
  writeFileSync(join(group.folder, 'app-ca.pem'), authority.cert);
  writeIdentity(group.folder, 'files', issue('files.contoso.test'));
  const upstreamTls = { name: 'internal.contoso.test', ca: 'app-ca.pem' };
  const classes = [
    {
      ...{ match: 'files.contoso.test', class: 'forwarded', upstream, upstreamTls },
      certificate: { certificate: 'files.crt', key: 'files.key' },
    },
    { match: 'issued.contoso.test', class: 'forwarded', upstream, upstreamTls },
    { match: 'unproved.contoso.test', class: 'forwarded', upstream },
  ];
  // Copies: what stands twice would become an alias in YAML.
  await initEdge(group, {
    sourceRanges: ['127.0.0.0/8'],
    classes: classes.map((entry) => structuredClone(entry)),
  });
});

afterAll(async () => {
  application.close();
  await group.end();
});

test.skipIf(curl === null)(
  'certificate from files, from the edge, and a destination that is not proved',
  async () => {
    const { program, port } = await serveEdge(group);
    const added = await runEdge(group, ['devices', 'add', 'laptop', '--out', 'laptop']);
    expect(added.stderr).toBe('');
    const get = (host: string, ca: string) =>
      group.run(curl ?? '', [
        ...['--silent', '--show-error', '--cacert', ca, '--proxy', `https://127.0.0.1:${port}`],
        ...[
          '--proxy-cacert',
          'laptop/ca.crt',
          '--proxy-cert',
          'laptop/device.crt',
          '--proxy-key',
          'laptop/device.key',
        ],
        ...['--header', 'X-Forwarded-For: 6.6.6.6', `https://${host}/`],
      ]);
    expect(await get('files.contoso.test', 'app-ca.pem')).toMatchObject({ code: 0, stdout: '127.0.0.1' });
    expect(await get('issued.contoso.test', 'laptop/ca.crt')).toMatchObject({ code: 0, stdout: '127.0.0.1' });
    const unproved = await get('unproved.contoso.test', 'laptop/ca.crt');
    expect(unproved.stderr).toContain('502');
    expect((await runEdge(group, ['signaling', 'disable'])).code).toBe(0);
    expect(await get('files.contoso.test', 'app-ca.pem')).toMatchObject({ code: 0, stdout: 'nobody' });
    program.signal('SIGTERM');
    await program.ended;
    const log = readFileSync(join(group.folder, 'state/flows.jsonl'), 'utf8');
    expect(log).toContain('"reason":"certificate-untrusted"');
    expect(log).toContain('"statedAddress":"127.0.0.1"');
  },
);
