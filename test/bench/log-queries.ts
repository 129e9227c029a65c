// How fast the administration API answers questions about the logs, over HTTPS, beside ten thousand devices.
import { Agent, request } from 'node:https';
import { performance } from 'node:perf_hooks';
import { callEdge } from '../../edge/control/client.ts';
import { exampleRecord } from '../support/example-records.ts';
import { devices, type FullEdge, rows } from './full-edge.ts';

const times = 50;
const goalMs = 100;
const traffic = '/beta/networkAccess/logs/traffic';
const connections = '/beta/networkAccess/logs/connections';

const device = (i: number): string => `laptop-${(i * 7) % devices}`;
const address = (i: number): string => `203.0.${113 + (i % 3)}.${i % 250}`;
/** Times of the examples: a record in a millisecond. */
const hourAround = (i: number): string => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  return `createdDateTime ge ${at(i % 15)} and createdDateTime lt ${at((i % 15) + 1)}`;
};

const questions: Readonly<Record<string, readonly [string, (i: number) => string]>> = {
  'no filter': [traffic, () => ''],
  'a minute': [traffic, hourAround],
  device: [traffic, (i) => `deviceName eq '${device(i)}'`],
  person: [traffic, (i) => `userPrincipalName eq 'Åsa${((i * 7) % devices) | 1}@contoso.test'`],
  'a device by its certificate': [traffic, (i) => `deviceId eq '${`${i}`.padEnd(43, 'T')}'`],
  destination: [traffic, (i) => `destinationFQDN eq 'login-${i % 50}.contoso.test'`],
  refused: [traffic, () => "action eq 'block'"],
  class: [traffic, () => "restorationClass eq 'forwarded'"],
  reason: [traffic, () => "reason eq 'destination-not-allowed'"],
  trace: [traffic, (i) => `traceId eq '${exampleRecord(i * 9973).traceparent?.slice(3, 35) ?? ''}'`],
  'either address': [traffic, (i) => `observedIp eq '${address(i)}' or statedIp eq '${address(i)}'`],
  'device and refused': [traffic, (i) => `deviceName eq '${device(i)}' and action eq 'block'`],
  'destination, refused and a minute': [
    traffic,
    (i) => `destinationFQDN eq 'app-${i % 50}.contoso.test' and action eq 'block' and ${hourAround(i)}`,
  ],
  'address and class': [traffic, (i) => `sourceIp eq '${address(i)}' and restorationClass eq 'proxy-v2'`],
  'part of a name': [traffic, (i) => `contains(destinationFQDN,'n-${i % 50}.')`],
  'what nothing has, by a column': [traffic, () => "startswith(destinationFQDN,'nowhere')"],
  'what nothing has, inside of the record': [traffic, () => 'sentBytes gt 1000000000'],
  'connections of a device': [connections, (i) => `deviceName eq '${device(i)}'`],
  'connections that are open': [connections, () => "status ne 'closed'"],
  'connections from an address': [connections, (i) => `sourceIp eq '${address(i)}'`],
};

/** The first page of a hundred and the one after it. */
export async function measureLogQueries(edge: FullEdge): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, ca: edge.api.authority });
  const all: number[] = [];
  const lines: string[] = [];
  await ask(edge, agent, `${edge.api.url}${traffic}?$top=1`);
  for (const [name, [path, filter]] of Object.entries(questions)) {
    const taken: number[] = [];
    for (let i = 0; i < times; i += 1) {
      const options = new URLSearchParams(filter(i) === '' ? {} : { $filter: filter(i) });
      let url: string | undefined = `${edge.api.url}${path}?${options.toString()}`;
      for (let page = 0; page < 2 && url !== undefined; page += 1) {
        const from = performance.now();
        url = await ask(edge, agent, url);
        taken.push(performance.now() - from);
      }
    }
    all.push(...taken);
    lines.push(`logs, ${name}: p95 ${p95(taken).toFixed(1)} ms`);
  }
  agent.destroy();
  const listed = await measureDeviceList(edge);
  return [
    ...lines,
    `logs, every question about ${rows} flows: p95 ${p95(all).toFixed(1)} ms (goal ${goalMs})`,
    `list of ${devices} devices on the control socket: p95 ${p95(listed).toFixed(1)} ms (goal ${goalMs})`,
  ];
}

/** @returns the link to the next page */
function ask({ api }: FullEdge, agent: Agent, url: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers: { authorization: `Bearer ${api.token}` } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200)
          resolve((JSON.parse(text) as Record<string, string | undefined>)['@odata.nextLink']);
        else reject(new Error(`${response.statusCode ?? ''} ${text}`));
      });
    })
      .on('error', reject)
      .end();
  });
}

async function measureDeviceList({ controlSocket }: FullEdge): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const from = performance.now();
    const found = await callEdge(controlSocket, 'devices.list', {});
    taken.push(performance.now() - from);
    if (found.devices.length !== devices) throw new Error('not all devices are listed');
  }
  return taken;
}

function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;
}
