// A strict edge and a network that shows a device at two addresses: who is refused, what the person sees, how it ends.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flowLogRecord } from '../../edge/telemetry/flow-log.ts';
import { addresses, type Contoso, startContoso } from '../support/contoso.ts';
import { agentMain, createProgramGroup, pinnedNode, type ProgramGroup } from '../support/processes.ts';

/** Where the witness sees the workstation, while the tunnel comes from `addresses.workstation`. */
const elsewhere = '127.10.0.99';
const witnessPlace = '127.50.0.1';

let group: ProgramGroup;
let contoso: Contoso;
let otherLine: Server;
const edgePort = Promise.withResolvers<number>();

beforeAll(async () => {
  group = createProgramGroup();
  otherLine = await startOtherLine();
  const { port } = otherLine.address() as AddressInfo;
  const url = `https://edge.contoso.test:${port}`;
  contoso = await startContoso({
    group,
    edgeSettings: { strict: true, witness: { ipv4: { url, addresses: [witnessPlace] }, ipv6: null } },
  });
  const [channel] = (await contoso.status()).channels;
  edgePort.resolve(Number(/:(\d+)$/.exec(channel?.edge ?? '')?.[1]));
});
afterAll(async () => {
  await group.end();
  otherLine.close();
});

const patience = { timeout: 25_000, interval: 250 };

test('a statement for another address is refused by name, shown to the person, and not sent again', async () => {
  await expect
    .poll(async () => (await contoso.status()).egress.ipv4, patience)
    .toMatchObject({ state: 'confirmed', address: elsewhere });

  expect((await askProvider()).code).not.toBe(0);
  await expect
    .poll(async () => (await contoso.flows())[0], patience)
    .toMatchObject({
      state: 'refused',
      detail: 'edge.contoso.test: egress-mismatch',
      egressObserved: addresses.workstation,
    });
  await expect
    .poll(() => flowLog().at(-1), patience)
    .toMatchObject({
      result: 'refused',
      proxyError: 'http_request_denied',
      reason: 'egress-mismatch',
      flags: ['egress-mismatch'],
      peerAddress: addresses.workstation,
      attestedIpv4: elsewhere,
      statedAddress: null,
    });

  await expect.poll(async () => (await contoso.status()).title, patience).toBe('Address not proven');
  const { attention, cause } = await contoso.status();
  expect(attention).toMatchObject([{ kind: 'address-ambiguous', family: 'ipv4' }]);
  expect(cause).toContain(elsewhere);
  expect(cause).toContain(addresses.workstation);
  const table = await group.run(pinnedNode, [
    agentMain,
    'flows',
    '--socket',
    join(group.folder, 'agent.sock'),
  ]);
  expect(table.stdout).toContain('edge.contoso.test: egress-mismatch');

  // In doubt nothing is attached, and the edge states what it sees itself.
  expect((await askProvider()).code).toBe(0);
  await expect
    .poll(() => flowLog().at(-1), patience)
    .toMatchObject({
      attestedIpv4: null,
      statedAddress: addresses.workstation,
      assurance: 'observed',
    });
});

/** A second way out of the workstation's network: what it carries reaches the edge from another address. */
async function startOtherLine(): Promise<Server> {
  const server = createServer((near: Socket) => {
    near.on('error', () => undefined);
    void edgePort.promise.then((port) => {
      const far = connect({ host: addresses.edgeListener, port, localAddress: elsewhere });
      far.on('error', () => near.destroy());
      near.on('close', () => far.destroy());
      near.pipe(far).pipe(near);
    });
  });
  server.listen(0, witnessPlace);
  await once(server, 'listening');
  return server;
}

function askProvider() {
  return group.run('/usr/bin/curl', [
    ...['--silent', '--max-time', '15', '--proxy', contoso.proxy, '--cacert', contoso.authorityFile],
    `${contoso.issuer}/.well-known/openid-configuration`,
  ]);
}

function flowLog() {
  const lines = readFileSync(join(group.folder, 'edge-state/flows.jsonl'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => flowLogRecord.parse(JSON.parse(line)));
}
