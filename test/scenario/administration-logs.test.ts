// The logs of a real edge as Microsoft's Graph client reads them: flows of a real agent by address, device, class and
// time, page by page, with the address that was seen and the one that was told.
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import {
  type Client,
  GraphError,
  type PageCollection,
  PageIterator,
} from '@microsoft/microsoft-graph-client';
import type { Networkaccess } from '@microsoft/microsoft-graph-types-beta';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { decodeProxyHeader } from '../../protocol/proxy-v2.ts';
import type { ConnectionEntry } from '../../edge/reports/connection-entry.ts';
import type { TrafficEntry } from '../../edge/reports/traffic-entry.ts';
import { runEdgeIn } from '../support/edge-command.ts';
import { addresses, type Contoso, startContoso } from '../support/contoso.ts';
import { graphClient } from '../support/graph-client.ts';
import { type Origin, startOrigin } from '../support/origins.ts';
import { patience } from '../support/patience.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

const traffic = '/networkAccess/logs/traffic';
const connections = '/networkAccess/logs/connections';
let group: ProgramGroup;
let origins: Origin[];
let contoso: Contoso;
let reader: Client;
/** Between the flows to the app and those that came later. */
let between: string;

beforeAll(async () => {
  group = createProgramGroup();
  origins = [await startOrigin(tellAddress), await startOrigin(tellAddress)];
  const [appOrigin, wikiOrigin] = origins.map(({ host, port }) => ({ address: host, port }));
  contoso = await startContoso({
    group,
    classes: [
      { match: 'app.contoso.test', class: 'proxy-v2', upstream: appOrigin },
      { match: 'wiki.contoso.test', class: 'opaque', upstream: wikiOrigin },
    ],
    edgeSettings: {
      listen: {
        tunnel: [`${addresses.edgeListener}:0`],
        administration: `${addresses.edgeListener}:0`,
      },
    },
    agentSettings: {
      customRules: [
        {
          name: 'Contoso',
          destinations: ['app.contoso.test', 'wiki.contoso.test', 'elsewhere.contoso.test'],
          ports: [443],
        },
      ],
    },
  });
  const url = /administration on (https:\S+)/.exec(contoso.programs.edge.stdout())?.[1] ?? '';
  const authority = readFileSync(join(group.folder, 'edge-state/ca.crt'), 'utf8');
  reader = graphClient({ url, token: await makeToken(), authority, version: 'beta' });
  for (let i = 0; i < 4; i += 1) expect(await curl('app.contoso.test')).toBe(addresses.workstation);
  between = await after();
  for (let i = 0; i < 3; i += 1) expect(await curl('wiki.contoso.test')).toBe('nobody');
  expect(await curl('elsewhere.contoso.test')).toBe('');
});
afterAll(async () => {
  await contoso.stop();
  for (const origin of origins) await origin.close();
  await group.end();
});

/** Answers an HTTP request with the address that it was told in a PROXY header. */
function tellAddress(socket: Socket): void {
  socket.once('data', (chunk: Buffer) => {
    const decoded = decodeProxyHeader(chunk);
    const told =
      decoded.kind === 'complete' && decoded.header.command === 'proxy'
        ? decoded.header.source.address.text
        : 'nobody';
    socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${told.length}\r\nConnection: close\r\n\r\n${told}`);
  });
}

async function makeToken(): Promise<string> {
  const words = ['admin', 'token', '--role', 'Global Secure Access Log Reader', '--name', 'alex'];
  const places = ['--config', 'edge.yaml', '--state-dir', 'edge-state'];
  return (await runEdgeIn(group, [...words, '--expires', '1h', ...places])).stdout.trim();
}

/** What curl prints of a page that it gets through the agent. */
async function curl(host: string): Promise<string> {
  const options = ['--silent', '--proxytunnel', '--proxy', contoso.proxy, '--max-time', '20'];
  return (await group.run('/usr/bin/curl', [...options, `http://${host}:443/`])).stdout;
}

/** A time that all flows so far ended before. */
async function after(): Promise<string> {
  const now = Date.now();
  await vi.waitUntil(() => Date.now() > now + 50, { interval: 5 });
  return new Date().toISOString();
}

async function list<T>(path: string, filter?: string): Promise<T[]> {
  const request = reader.api(path);
  const { value } = (await (filter === undefined ? request : request.filter(filter)).get()) as { value: T[] };
  return value;
}

const brief = ({ destinationFQDN, restorationClass, action, statedIp, reason }: TrafficEntry) =>
  [destinationFQDN, restorationClass, action, statedIp, reason].join(' ');
const app = `app.contoso.test proxy-v2 allow ${addresses.workstation} `;
const wiki = 'wiki.contoso.test opaque allow  ';
const elsewhere = 'elsewhere.contoso.test  block  destination-not-allowed';

test('each flow is there with the address that was seen and the one that was told', async () => {
  await vi.waitFor(async () => expect(await list(traffic)).toHaveLength(8), patience);
  const entries = await list<TrafficEntry>(traffic);
  expect(entries.map(brief)).toEqual([elsewhere, wiki, wiki, wiki, app, app, app, app]);
  for (const entry of entries)
    expect(entry).toMatchObject({
      ...{ observedIp: addresses.workstation, sourceIp: addresses.workstation },
      ...{ deviceName: 'workstation-7', deviceCategory: 'client', destinationPort: 443 },
      ...{ userId: null, deviceOperatingSystem: null, httpMethod: null },
    } satisfies Partial<Networkaccess.NetworkAccessTraffic & TrafficEntry>);
});

test('by address, device, class, time and what was refused', async () => {
  const found = async (filter: string) => (await list<TrafficEntry>(traffic, filter)).map(brief);
  const seenAt = `observedIp eq '${addresses.workstation}'`;
  expect(await found(`statedIp eq '${addresses.workstation}'`)).toEqual([app, app, app, app]);
  expect(await found(`${seenAt} and restorationClass eq 'opaque'`)).toEqual([wiki, wiki, wiki]);
  expect(await found("deviceName eq 'WORKSTATION-7' and action eq 'block'")).toEqual([elsewhere]);
  expect(await found("deviceName eq 'workstation-8'")).toEqual([]);
  expect(await found(`createdDateTime lt ${between}`)).toEqual([app, app, app, app]);
  expect(await found(`createdDateTime ge ${between} and not startswith(destinationFQDN,'wiki')`)).toEqual([
    elsewhere,
  ]);
  const outcome = await list(traffic, 'sentBytes gt many').catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(GraphError);
  expect(outcome).toMatchObject({ statusCode: 400, code: 'BadRequest' });
});

test('the client pages by itself, in step while flows end', async () => {
  const first = (await reader
    .api(traffic)
    .filter(`createdDateTime ge 2026-01-01T00:00:00Z`)
    .select(['destinationFQDN', 'statedIp', 'observedIp'])
    .top(3)
    .get()) as PageCollection;
  expect(await curl('app.contoso.test')).toBe(addresses.workstation);
  await vi.waitFor(async () => expect(await list(traffic)).toHaveLength(9), patience);
  const seen: TrafficEntry[] = [];
  await new PageIterator(reader, first, (entry: TrafficEntry) => seen.push(entry) > 0).iterate();
  expect(seen.map(({ destinationFQDN }) => destinationFQDN?.split('.')[0])).toEqual([
    ...['elsewhere', 'wiki', 'wiki', 'wiki', 'app', 'app', 'app', 'app'],
  ]);
  expect(Object.keys(seen[0] ?? {}).toSorted()).toEqual([
    ...['destinationFQDN', 'observedIp', 'statedIp', 'transactionId'],
  ]);
});

test('the flows came by connections that are listed, and that end with the agent', async () => {
  const open = await list<ConnectionEntry>(connections, "deviceName eq 'workstation-7'");
  expect(open).toContainEqual(
    expect.objectContaining({ status: 'active', endDateTime: null, observedIp: addresses.workstation }),
  );
  const used = new Set((await list<TrafficEntry>(traffic)).map(({ connectionId }) => connectionId));
  expect(open.map(({ id }) => id)).toEqual(expect.arrayContaining([...used]));
  contoso.programs.agent.signal('SIGTERM');
  await contoso.programs.agent.ended;
  await vi.waitFor(async () => expect(await list(connections, "status ne 'closed'")).toEqual([]), patience);
  const closed = await list<ConnectionEntry>(connections, `sourceIp eq '${addresses.workstation}'`);
  const sum = (count: (one: ConnectionEntry) => number) =>
    closed.reduce((total, one) => total + count(one), 0);
  expect([sum((one) => one.transactionCount), sum((one) => one.transactionBlockCount)]).toEqual([9, 1]);
  expect(closed).toContainEqual(expect.objectContaining({ statedIp: addresses.workstation }));
  for (const { endDateTime } of closed) expect(endDateTime).not.toBeNull();
  const [one] = closed;
  expect(await reader.api(`${connections}/${one?.id ?? ''}`).get()).toMatchObject({ id: one?.id });
});
