// A real agent whose edge cannot be had, behind servers that answer in its place: what it shows, and what it never does.
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startEchoService } from '../support/echo-service.ts';
import { createLocalAgent, freePorts, type LocalAgent } from '../support/local-agent.ts';
import { device, pki } from '../support/test-edge.ts';

// An agent and its commands are started; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const patience = { timeout: 30_000, interval: 200 };

let agent: LocalAgent;
let servers: Server[];
beforeEach(() => {
  agent = createLocalAgent();
  servers = [];
});
afterEach(async () => {
  await agent.group.end();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  server.on('connect', (_, socket) => socket.destroy());
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A device whose edge's port is one where nobody listens. */
function enrol(portalCheckPort: number | null): void {
  const edge = {
    version: 1,
    organisation: 'Contoso',
    device: 'laptop-1',
    edges: [{ url: 'https://edge.contoso.test:1', addresses: ['127.0.0.1'] }],
    witness: { ipv4: null, ipv6: null },
    ...(portalCheckPort === null
      ? {}
      : {
          portalCheck: {
            url: `http://edge.contoso.test:${portalCheckPort}/generate_204`,
            addresses: ['127.0.0.1'],
          },
        }),
    jwks: { keys: [] },
  };
  const files = { 'device.key': device.key, 'device.crt': device.cert, 'ca.crt': pki.ca.cert };
  const directory = join(agent.group.folder, 'device');
  mkdirSync(directory, { mode: 0o700 });
  for (const [name, text] of Object.entries({ ...files, 'edge.json': JSON.stringify(edge) })) {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
  }
}

const connection = async () => (await agent.status()).connection;

test('a page in place of the edge’s answer is a portal; the question is asked past every configured proxy', async () => {
  const asked: string[] = [];
  const proxied: string[] = [];
  const port = await serve(({ headers, url }, response) => {
    asked.push(`${headers.host ?? ''} ${url ?? ''}`);
    response.writeHead(307, { location: 'http://192.0.2.1/login' }).end();
  });
  const proxy = await serve(({ url }, response) => {
    proxied.push(url ?? '');
    response.writeHead(502).end();
  });
  enrol(port);
  agent.configure(`${freePorts}credentials: device\n`);
  const proxyUrl = `http://127.0.0.1:${proxy}`;
  await agent.start({ env: { HTTP_PROXY: proxyUrl, http_proxy: proxyUrl, NODE_USE_ENV_PROXY: '1' } });
  await expect
    .poll(connection, patience)
    .toMatchObject({ kind: 'captive-portal', page: 'http://192.0.2.1/login' });
  const { stdout } = await agent.run('status');
  expect(stdout).toMatch(
    /^This network wants a sign-in\n.*\nWhy: The internet check was sent to http:\/\/192\.0\.2\.1\/login\.\nWhat to do: Open the page\.\n/,
  );
  expect(new Set(asked)).toEqual(new Set([`edge.contoso.test:${port} /generate_204`]));
  expect(proxied).toEqual([]);
});

test('a portal that opens is found open, and then it is the edge that is missing', async () => {
  let isOpen = false;
  const port = await serve((_, response) => void response.writeHead(isOpen ? 204 : 200).end());
  enrol(null);
  agent.configure(`${freePorts}credentials: device\nportalCheck: http://127.0.0.1:${port}/generate_204\n`);
  await agent.start();
  await expect.poll(connection, patience).toMatchObject({ kind: 'captive-portal', page: null });
  expect((await agent.status()).remedy).toBe('Open any page in a browser: this network shows its own.');
  isOpen = true;
  await expect.poll(connection, patience).toMatchObject({ kind: 'edge-unreachable' });
});

test('nobody is asked when that is off, nor anybody else when the edge does not offer it', async () => {
  let asked = 0;
  const port = await serve((_, response) => {
    asked++;
    response.end();
  });
  enrol(port);
  agent.configure(`${freePorts}credentials: device\nportalCheck: off\n`);
  await agent.start();
  await expect.poll(connection, patience).toMatchObject({ kind: 'edge-unreachable' });
  // The tunnel has been tried again and again by then.
  await expect.poll(async () => (await agent.status()).revision, patience).toBeGreaterThan(3);
  expect(asked).toBe(0);
});

test('another server that is silent as well means that there is no internet', async () => {
  enrol(null);
  agent.configure(`${freePorts}credentials: device\nportalCheck: http://127.0.0.1:1/generate_204\n`);
  await agent.start();
  await expect.poll(connection, patience).toMatchObject({ kind: 'no-internet' });
});

test('while a portal is seen, what answers over HTTPS does not count; afterwards it does again', async () => {
  let isOpen = false;
  const port = await serve((_, response) => void response.writeHead(isOpen ? 204 : 200).end());
  const echo = await startEchoService(pki.edge);
  try {
    enrol(null);
    agent.configure(
      `${freePorts}credentials: device\nportalCheck: http://127.0.0.1:${port}/generate_204\n` +
        `egress:\n  thirdParties:\n    https:\n` +
        `      - { url: "https://localhost:${echo.port}/", family: ipv4, operator: fabrikam }\n`,
    );
    const authorities = join(agent.group.folder, 'echo-ca.crt');
    writeFileSync(authorities, pki.ca.cert);
    await agent.start({ env: { NODE_EXTRA_CA_CERTS: authorities } });
    const said = async () => (await agent.status()).egress.ipv4.evidence.map(({ error }) => error);
    // The control: its answer arrives, and is judged by what it says.
    await expect.poll(connection, patience).toMatchObject({ kind: 'captive-portal' });
    await agent.run('egress', '--refresh');
    expect(echo.requests.length).toBeGreaterThan(0);
    await expect.poll(said, patience).toEqual(['captive-portal']);
    isOpen = true;
    await expect.poll(connection, patience).toMatchObject({ kind: 'edge-unreachable' });
    await expect.poll(said, patience).toEqual(['not-global']);
  } finally {
    await echo.close();
  }
});
