// Changes of distributed profiles at the edge: a published endpoint list that is approved, and switches of the administration API.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { addAgent, edgeCommand } from '../support/distribution.ts';
import { configureEdge, initEdge, serveEdge } from '../support/edge-program.ts';
import { graphClient } from '../support/graph-client.ts';
import type { LocalAgent } from '../support/local-agent.ts';
import { patience } from '../support/patience.ts';
import { createPki } from '../support/pki.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

const pki = createPki();
let group: ProgramGroup;
let agent: LocalAgent;
let server: Server;
let answer: { status: number; text: string };
let url: string;

const set = (id: number, serviceArea: string, urls: readonly string[], more: object = {}) => ({
  ...{ id, serviceArea, serviceAreaDisplayName: serviceArea, urls, tcpPorts: '80,443' },
  ...{ category: 'Optimize', required: true, expressRoute: true, ...more },
});
const signIn = set(56, 'Common', ['login.microsoftonline.com'], { category: 'Allow', tcpPorts: '443' });
const older = [set(1, 'Exchange', ['mail.contoso.test', 'old.contoso.test']), signIn];
const newer = [
  set(1, 'Exchange', ['mail.contoso.test', 'new.contoso.test']),
  { ...signIn, urls: ['login.microsoftonline.com', 'login.microsoft.com'] },
];

beforeEach(async () => {
  group = createProgramGroup();
  server = createServer({ key: pki.edge.key, cert: pki.edge.cert }, (_, response) => {
    response.writeHead(answer.status).end(answer.text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://localhost:${(server.address() as AddressInfo).port}/endpoints`;
  answer = { status: 200, text: JSON.stringify(newer) };
  writeFileSync(join(group.folder, 'lists.pem'), pki.ca.cert);
  writeFileSync(join(group.folder, 'older.json'), JSON.stringify(older));
  await initEdge(group, {
    listen: { tunnel: ['127.0.0.1:0'], administration: '127.0.0.1:0' },
    endpointList: { url, ca: 'lists.pem' },
  });
});
afterEach(async () => {
  await agent.group.end();
  await group.end();
  server.close();
  server.closeAllConnections();
});

async function start(): Promise<{ readonly administration: string }> {
  const { program } = await serveEdge(group);
  agent = await addAgent(group, 'laptop');
  await edgeCommand(group, 'profiles', 'assign', 'Microsoft traffic profile', '--all');
  await agent.start();
  const { administration } = z
    .object({ administration: z.object({ address: z.string(), port: z.int() }) })
    .parse(JSON.parse(program.stdout().split('\n')[0] ?? ''));
  return { administration: `https://${administration.address}:${administration.port}` };
}

const names = async () => (await agent.status()).profiles.map(({ name, version }) => `${name} ${version}`);
const rule = async (destination: string) => (await agent.call('policy.test', { destination })).ruleId;
const failing = (...words: string[]) =>
  edgeCommand(group, ...words).then(
    () => 'no failure',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );

test('an endpoint list is shown as a difference, and changes nothing until it is approved', async () => {
  await start();
  const file = join(group.folder, 'older.json');
  const first = await edgeCommand(group, 'endpoints', 'check', file);
  expect(first).toMatch(
    /^\+ set 1: mail\.contoso\.test \(tcp\): ports 80,443, optimized, forward, bypass without a tunnel$/m,
  );
  expect(first).toMatch(/\nTo publish it: opengsa-edge endpoints approve 1\n$/);
  await expect.poll(() => rule('outlook.office.com'), patience).toBe('m365-1-fqdn-tcp');
  expect(await rule('mail.contoso.test')).toBeNull();

  expect(await edgeCommand(group, 'endpoints', 'approve', '1')).toMatch(
    /^The profile microsoft-traffic-profile is in force as revision 2\n/,
  );
  await expect.poll(() => rule('mail.contoso.test'), patience).toBe('m365-1-fqdn-tcp');
  expect(await rule('outlook.office.com')).toBeNull();

  // Of the configured place; what nobody approves stays a proposal.
  const second = await edgeCommand(group, 'endpoints', 'check');
  expect(second.split('\n')).toEqual([
    '+ set 1: new.contoso.test (tcp): ports 80,443, optimized, forward, bypass without a tunnel',
    '- set 1: old.contoso.test (tcp): ports 80,443, optimized, forward, bypass without a tunnel',
    '+ set 56: login.microsoft.com (tcp): ports 443, allow, forward, block without a tunnel',
    '2 added, 1 removed, 0 changed in the profile microsoft-traffic-profile. Nothing of it is in force.',
    'To publish it: opengsa-edge endpoints approve 2',
    '',
  ]);
  expect(await edgeCommand(group, 'endpoints', 'list')).toMatch(
    /^ +2 .* microsoft-traffic-profile from https:/,
  );
  expect(await rule('new.contoso.test')).toBeNull();

  // The same profile was published meanwhile: what was compared is not what would be replaced.
  await edgeCommand(group, 'profiles', 'rollback', 'microsoft-traffic-profile', '1');
  expect(await failing('endpoints', 'approve', '2')).toMatch(/was changed since: check the list again/);
  await expect.poll(() => rule('outlook.office.com'), patience).toBe('m365-1-fqdn-tcp');
  await edgeCommand(group, 'profiles', 'rollback', 'microsoft-traffic-profile', '2');
  await edgeCommand(group, 'endpoints', 'approve', '2');
  await expect.poll(() => rule('new.contoso.test'), patience).toBe('m365-1-fqdn-tcp');
  expect(await edgeCommand(group, 'endpoints', 'check')).toBe(
    'The profiles acquire the same destinations in the same way.\n',
  );
  expect(await edgeCommand(group, 'endpoints', 'list')).toBe('nothing waits for approval\n');
});

test('a list that is none, and a server that answers something else, change nothing and say why', async () => {
  await start();
  answer = { status: 503, text: 'later' };
  expect(await failing('endpoints', 'check')).toMatch(/localhost:\d+: answered 503/);
  answer = { status: 200, text: 'hello' };
  expect(await failing('endpoints', 'check')).toMatch(/the answer of localhost:\d+: \(top level\): not JSON/);
  answer = { status: 200, text: JSON.stringify([{ ...older[0], ips: ['192.0.2.1/24'] }]) };
  expect(await failing('endpoints', 'check')).toMatch(/\[0\]\.ips\[0\]: must be a prefix/);
  answer = { status: 200, text: ' '.repeat(3 * 1024 * 1024) };
  expect(await failing('endpoints', 'check')).toMatch(/its answer is too long/);
  configureEdge(group, { endpointList: { url } });
  expect(await failing('endpoints', 'check')).toMatch(/localhost:\d+: gives no answer: /);
  expect(await failing('endpoints', 'check', url.replace('https', 'http'))).toMatch(/only an https URL/);
  expect(await failing('endpoints', 'check', 'absent.json')).toMatch(/absent\.json: there is no such file/);
  expect(await failing('endpoints', 'approve', '7')).toMatch(/no change 7 waits/);
  expect(await edgeCommand(group, 'endpoints', 'list')).toBe('nothing waits for approval\n');
});

test('what the administration API switches reaches the devices', async () => {
  const { administration } = await start();
  const words = ['admin', 'token', '--role', 'Global Secure Access Administrator', '--name', 'adele'];
  const token = (await edgeCommand(group, ...words)).trim();
  const authority = readFileSync(join(group.folder, 'state', 'ca.crt'), 'utf8');
  const graph = graphClient({ url: administration, token, authority });
  const decision = async () => {
    const { action, reason } = await agent.call('policy.test', { destination: 'outlook.office.com' });
    return `${action} ${reason}`;
  };
  await expect.poll(names, patience).toEqual(['microsoft 2025-12-01']);
  await expect.poll(decision, patience).toBe('direct microsoft-direct');
  const policy = 'microsoft-traffic-profile.exchange-online';
  await graph.api(`/networkAccess/forwardingPolicies/${policy}/updatePolicyRules`).post({
    rules: [
      {
        '@odata.type': '#microsoft.graph.networkaccess.m365ForwardingRule',
        ruleId: 'm365-1-fqdn-tcp',
        action: 'bypass',
      },
    ],
  });
  await expect.poll(decision, patience).toBe('direct rule-bypass');
  await graph.api('/networkAccess/forwardingProfiles/microsoft-traffic-profile').patch({ state: 'disabled' });
  await expect
    .poll(async () => (await agent.status()).connection, patience)
    .toMatchObject({ kind: 'disabled', by: 'organisation' });
  const { profiles } = await agent.status();
  expect(profiles).toMatchObject([{ name: 'microsoft', enabled: false, locked: true }]);
});
