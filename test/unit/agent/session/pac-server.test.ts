// The session's own PAC address: kept over restarts, known to who was told, and to no web page.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPacServer, type PacServer } from '../../../../agent/session/pac-server.ts';

let folder: string;
let server: PacServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
  server = await openPacServer(folder, randomBytes);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('serves the latest text as a PAC file, whatever the query', async () => {
  const url = await server.serve('one');
  const answer = await fetch(`${url}?v=1`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'application/x-ns-proxy-autoconfig',
  ]);
  expect(await answer.text()).toBe('one');
  expect(await server.serve('two')).toBe(url);
  expect(await (await fetch(url)).text()).toBe('two');
  expect(url).toContain(server.mark);
});

test('the address outlasts a restart; a taken port gives another one', async () => {
  const url = await server.serve('x');
  await server.close();
  server = await openPacServer(folder, randomBytes);
  expect(await server.serve('x')).toBe(url);
  await server.close();
  const other = createServer();
  await once(other.listen(Number(new URL(url).port), '127.0.0.1'), 'listening');
  server = await openPacServer(folder, randomBytes);
  const moved = await server.serve('x');
  other.close();
  expect(moved).not.toBe(url);
  expect(moved).toContain(server.mark);
});

test('token and port are its owner’s', async () => {
  await server.serve('x');
  for (const name of readdirSync(join(folder, 'session'))) {
    expect(statSync(join(folder, 'session', name)).mode & 0o077).toBe(0);
  }
});

test.each([
  ['another path', {}, '/proxy.pac'],
  ['a web page', { origin: 'http://evil.test' }, null],
  ['a page’s script', { 'sec-fetch-site': 'cross-site' }, null],
])('%s gets nothing', async (_who, headers, path) => {
  const url = await server.serve('x');
  const answer = await fetch(path === null ? url : new URL(path, url), { headers });
  expect([answer.status, await answer.text()]).toEqual([404, 'This is a proxy. It serves no pages.\n']);
});

test('a name that leads to loopback is not its name', async () => {
  const { port, pathname } = new URL(await server.serve('x'));
  const socket = connect(Number(port), '127.0.0.1');
  socket.end(`GET ${pathname} HTTP/1.1\r\nHost: evil.test:${port}\r\n\r\n`);
  const [first] = (await once(socket, 'data')) as [Buffer];
  expect(first.toString()).toMatch(/^HTTP\/1\.1 404 /);
});

test('a head of more than 8 KiB is refused', async () => {
  const url = await server.serve('x');
  expect((await fetch(url, { headers: { x: 'x'.repeat(9_000) } })).status).toBe(431);
});
