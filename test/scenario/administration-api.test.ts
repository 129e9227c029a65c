// The administration API of a real edge: Microsoft's Graph client switches signalling, and a receiver of the PROXY header
// behind a real agent sees within a second what that does.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import {
  type Client,
  GraphError,
  type PageCollection,
  PageIterator,
} from '@microsoft/microsoft-graph-client';
import type { DirectoryAudit, IpNamedLocation, Networkaccess } from '@microsoft/microsoft-graph-types-beta';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { decodeProxyHeader } from '../../protocol/proxy-v2.ts';
import { runEdgeIn } from '../support/edge-command.ts';
import { addresses, type Contoso, startContoso } from '../support/contoso.ts';
import { certifiedGraphClient, graphClient } from '../support/graph-client.ts';
import { type Origin, startOrigin } from '../support/origins.ts';
import { patience } from '../support/patience.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

const appHost = 'app.contoso.test';
const settings = '/networkAccess/settings/conditionalAccess';
let group: ProgramGroup;
let receiver: Origin;
let contoso: Contoso;
let administrator: Client;
let reader: Client;
let locations: Client;
let tokens: string[];
let service: { readonly url: string; readonly authority: string };

beforeAll(async () => {
  group = createProgramGroup();
  receiver = await startOrigin(tellHeader);
  contoso = await startContoso({
    group,
    classes: [
      { match: appHost, class: 'proxy-v2', upstream: { address: receiver.host, port: receiver.port } },
    ],
    edgeSettings: {
      listen: {
        tunnel: [`${addresses.edgeListener}:0`],
        administration: `${addresses.edgeListener}:0`,
      },
    },
    agentSettings: { customRules: [{ name: 'Contoso app', destinations: [appHost], ports: [443] }] },
  });
  const url = /administration on (https:\S+)/.exec(contoso.programs.edge.stdout())?.[1] ?? '';
  const authority = readFileSync(join(group.folder, 'edge-state/ca.crt'), 'utf8');
  service = { url, authority };
  tokens = await Promise.all([
    makeToken('Global Secure Access Administrator', 'adele'),
    makeToken('Security Reader', 'alex'),
    makeToken('Conditional Access Administrator', 'lee'),
  ]);
  [administrator, reader, locations] = tokens.map((token) => graphClient({ url, token, authority })) as [
    Client,
    Client,
    Client,
  ];
});
afterAll(async () => {
  await contoso.stop();
  await receiver.close();
  await group.end();
});

/** Answers what stands in the header of the connection: `proxy 127.10.0.7`, `local`, or `none`. */
function tellHeader(socket: Socket): void {
  socket.once('data', (chunk: Buffer) => {
    const decoded = decodeProxyHeader(chunk);
    if (decoded.kind !== 'complete') socket.end('none');
    else {
      const { header } = decoded;
      socket.end(header.command === 'proxy' ? `proxy ${header.source.address.text}` : header.command);
    }
  });
}

async function makeToken(role: string, name: string): Promise<string> {
  const words = ['admin', 'token', '--role', role, '--name', name, '--expires', '1h'];
  const places = ['--config', 'edge.yaml', '--state-dir', 'edge-state'];
  const { code, stdout, stderr } = await runEdgeIn(group, [...words, ...places]);
  expect([code, stderr]).toEqual([0, expect.stringMatching(`^${name} is ${role} until `)]);
  return stdout.trim();
}

/** What the app is told of a fresh connection through the agent. */
async function told(): Promise<string> {
  const { hostname, port } = new URL(contoso.proxy);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(`CONNECT ${appHost}:443 HTTP/1.1\r\nHost: ${appHost}:443\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
  socket.write('hello');
  const [text] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return text.toString();
}

async function faultOf(work: Promise<unknown>): Promise<GraphError> {
  const outcome = await work.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(GraphError);
  return outcome as GraphError;
}

test('signalling is switched by a Graph client; new flows state no address within a second, in the same framing', async () => {
  const before = (await administrator.api(settings).get()) as Networkaccess.ConditionalAccessSettings;
  expect(before.signalingStatus).toBe('enabled');
  expect(await told()).toBe(`proxy ${addresses.workstation}`);

  const conflict = await faultOf(administrator.api(settings).patch({ signalingStatus: 'disabled' }));
  expect(conflict).toMatchObject({ statusCode: 409, code: 'locationPoliciesRegistered' });
  expect(conflict.message).toContain('Only from Contoso head office (Contoso head office)');
  expect(await told()).toBe(`proxy ${addresses.workstation}`);

  const startedAt = performance.now();
  await administrator
    .api(settings)
    .header('Prefer', 'confirm-location-impact')
    .patch({ signalingStatus: 'disabled' });
  while ((await told()) !== 'local') expect(performance.now() - startedAt).toBeLessThan(1000);
  expect(performance.now() - startedAt).toBeLessThan(1000);
  await vi.waitFor(async () => expect((await contoso.status()).signaling).toBe('disabled'), patience);

  await administrator.api(settings).patch({ signalingStatus: 'enabled' });
  expect(await told()).toBe(`proxy ${addresses.workstation}`);
});

test('a reader reads, changes nothing, and is written down', async () => {
  const refused = await faultOf(reader.api(settings).patch({ signalingStatus: 'disabled' }));
  expect(refused).toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied' });
  const now = (await reader.api(settings).get()) as Networkaccess.ConditionalAccessSettings;
  expect(now.signalingStatus).toBe('enabled');

  const { value } = (await reader
    .api('/auditLogs/directoryAudits')
    .filter("startswith(activityDisplayName,'signaling.') or result eq 'failure'")
    .select(['activityDisplayName', 'initiatedBy', 'result', 'resultReason', 'activityDateTime'])
    .get()) as { value: DirectoryAudit[] };
  expect(
    value.map(({ activityDisplayName, initiatedBy, result, resultReason }) =>
      [activityDisplayName, initiatedBy?.user?.displayName, result, resultReason].join(' | '),
    ),
  ).toEqual([
    `administration.refused | administrator alex | failure | PATCH /v1.0${settings}: 403 Authorization_RequestDenied`,
    'signaling.enable | administrator adele | success | no policies concerned',
    'signaling.disable | administrator adele | success | confirmed for Only from Contoso head office',
    `administration.refused | administrator adele | failure | PATCH /v1.0${settings}: 409 locationPoliciesRegistered`,
  ]);
  for (const { activityDateTime } of value) {
    expect(Math.abs(Date.now() - Date.parse(activityDateTime ?? ''))).toBeLessThan(120_000);
  }
});

test('profiles, policies and rules are read deep and switched; the next reader sees it', async () => {
  const list = (await reader
    .api('/networkAccess/forwardingProfiles')
    .version('beta')
    .filter("trafficForwardingType eq 'm365'")
    .expand('policies($expand=policy($expand=policyRules))')
    .get()) as { value: Networkaccess.ForwardingProfile[] };
  const [profile] = list.value;
  const policy = profile?.policies?.find((link) => link.policy?.name === 'Exchange Online')?.policy;
  const rule = policy?.policyRules?.[0] as Networkaccess.M365ForwardingRule | undefined;
  expect(rule).toMatchObject({ action: 'forward', ruleType: 'fqdn' });
  await administrator
    .api(`/networkAccess/forwardingPolicies/${policy?.id ?? ''}/updatePolicyRules`)
    .version('beta')
    .post({ rules: [{ ruleId: rule?.id, action: 'bypass' }] });
  const after = (await reader
    .api(`/networkAccess/forwardingPolicies/${policy?.id ?? ''}/policyRules/${rule?.id ?? ''}`)
    .version('beta')
    .get()) as Networkaccess.M365ForwardingRule;
  expect(after).toEqual({ ...rule, '@odata.context': expect.any(String) as unknown, action: 'bypass' });
});

test('a named location is registered and removed; the client pages through the audit log by itself', async () => {
  const path = '/identity/conditionalAccess/namedLocations';
  const added = (await locations.api(path).post({
    '@odata.type': '#microsoft.graph.ipNamedLocation',
    displayName: 'Branch',
    isTrusted: true,
    ipRanges: [{ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress: '198.51.100.0/24' }],
  })) as IpNamedLocation;
  const { value } = (await locations.api(path).orderby('displayName desc').get()) as {
    value: IpNamedLocation[];
  };
  expect(value.map(({ displayName }) => displayName)).toEqual(['Contoso head office', 'Branch']);
  await locations.api(`${path}/${added.id ?? ''}`).delete();

  const first = (await reader.api('/auditLogs/directoryAudits').top(2).get()) as PageCollection;
  const seen: DirectoryAudit[] = [];
  const all = new PageIterator(reader, first, (entry: DirectoryAudit) => seen.push(entry) > 0);
  await all.iterate();
  const ids = seen.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(seen.slice(0, 2).map(({ activityDisplayName }) => activityDisplayName)).toEqual([
    'namedLocations.remove',
    'namedLocations.add',
  ]);
  expect(seen.at(-1)?.activityDisplayName).toBe('devices.add');
});

test('a Graph client with a certificate and without a token does the same', async () => {
  const edge = (...words: string[]) =>
    runEdgeIn(group, [...words, '--config', 'edge.yaml', '--state-dir', 'edge-state']);
  const role = ['--role', 'Global Secure Access Administrator', '--name', 'megan'];
  const made = await edge('admin', 'certificate', ...role, '--out', 'megan');
  expect([made.code, made.stderr]).toEqual([0, '']);
  const file = (name: string): string => readFileSync(join(group.folder, 'megan', name), 'utf8');
  const identity = { key: file('megan.key'), certificate: file('megan.crt') };
  const client = certifiedGraphClient({ ...service, identity });
  const confirmed = { Prefer: 'confirm-location-impact' };
  await client.api(settings).headers(confirmed).patch({ signalingStatus: 'disabled' });
  expect(await told()).toBe('local');
  const conflict = await faultOf(client.api('/identity/conditionalAccess/namedLocations').post({}));
  expect(conflict).toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied' });
  await client.api(settings).patch({ signalingStatus: 'enabled' });
  const { value } = (await client.api('/auditLogs/directoryAudits').top(3).get()) as {
    value: DirectoryAudit[];
  };
  expect(
    value.map(({ activityDisplayName, initiatedBy }) => [
      activityDisplayName,
      initiatedBy?.user?.displayName,
    ]),
  ).toEqual([
    ['signaling.enable', 'administrator megan'],
    ['administration.refused', 'administrator megan'],
    ['signaling.disable', 'administrator megan'],
  ]);
  await edge('admin', 'revoke', 'megan');
  expect(await faultOf(client.api(settings).get())).toMatchObject({
    statusCode: 401,
    message: 'the client certificate was revoked',
  });
});

test('a revoked token is refused at the next request; no token was ever written', async () => {
  const words = ['admin', 'revoke', 'alex', '--config', 'edge.yaml', '--state-dir', 'edge-state'];
  expect((await runEdgeIn(group, words)).code).toBe(0);
  const refused = await faultOf(reader.api(settings).get());
  expect(refused).toMatchObject({ statusCode: 401, code: 'InvalidAuthenticationToken' });

  const { edge } = contoso.programs;
  const files = ['edge.db', 'edge.db-wal', 'flows.jsonl'].map((name) =>
    readFileSync(join(group.folder, 'edge-state', name), 'latin1'),
  );
  const written = [edge.stdout(), edge.stderr(), ...files].join('\n');
  expect(written).toContain('administrator adele');
  for (const token of tokens) expect(written).not.toContain(token);
});
