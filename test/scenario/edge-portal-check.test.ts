// The edge's plain-HTTP listener: off unless configured, one answer and no other, and short patience with everybody.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deviceBundle } from '../../protocol/device-bundle.ts';
import { initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';

const challenge = '0123456789abcdef';
let group: ProgramGroup;
let port: number;

beforeAll(async () => {
  group = createProgramGroup();
  await initEdge(group, { listen: { tunnel: ['127.0.0.1:0'], portalCheck: '127.0.0.1:0' } });
  await serveEdge(group);
  const { code, stderr } = await runEdge(group, ['devices', 'add', 'laptop', '--out', 'device']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const bundle = deviceBundle.parse(JSON.parse(readFileSync(join(group.folder, 'device/edge.json'), 'utf8')));
  expect(bundle.portalCheck).toMatchObject({ addresses: ['127.0.0.1'] });
  const url = new URL(bundle.portalCheck!.url);
  expect(url.pathname).toBe('/generate_204');
  port = Number(url.port);
}, 60_000);
afterAll(() => group.end());

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** All that is answered until the connection ends. */
async function answerTo(request: string): Promise<string> {
  const socket = await open();
  socket.write(request);
  return text(socket).catch(() => 'reset');
}

const head = (method: string, target: string, fields: readonly string[] = []): string =>
  [`${method} ${target} HTTP/1.1`, 'host: edge.contoso.test', ...fields, '', ''].join('\r\n');

describe('the listener for captive portals', () => {
  test('gives the challenge back with 204 and says no more', async () => {
    const lines = (await answerTo(head('GET', '/generate_204', [`Portal-Challenge: ${challenge}`])))
      .trim()
      .split('\r\n');
    expect(lines).toEqual([
      'HTTP/1.1 204 No Content',
      'cache-control: no-store',
      `portal-response: response ${challenge}`,
      'Connection: close',
    ]);
  });

  test.each<[string, string, RegExp]>([
    ['without a challenge, 204 all the same', head('GET', '/generate_204'), /^HTTP\/1\.1 204 /],
    ['another path', head('GET', '/'), /^HTTP\/1\.1 404 /],
    ['the witness', head('GET', '/.well-known/opengsa/witness'), /^HTTP\/1\.1 404 /],
    ['a query', head('GET', '/generate_204?x=1'), /^HTTP\/1\.1 404 /],
    ['another method', head('POST', '/generate_204', ['content-length: 5']) + 'hello', /^HTTP\/1\.1 405 /],
    [
      'an ill-formed challenge',
      head('GET', '/generate_204', ['portal-challenge: <script>']),
      /^HTTP\/1\.1 400 /,
    ],
    ['another address', head('GET', 'http://192.0.2.1/generate_204'), /^HTTP\/1\.1 404 /],
  ])('%s', async (_, request, expected) => {
    const answer = await answerTo(request);
    expect(answer).toMatch(expected);
    expect(answer).toMatch(/\r\n\r\n$/);
    expect(answer).not.toMatch(/server:|x-powered-by:|date:/i);
  });

  test.each<[string, string]>([
    ['a tunnel', 'CONNECT login.contoso.test:443 HTTP/1.1\r\nhost: login.contoso.test:443\r\n\r\n'],
    ['an upgrade', head('GET', '/generate_204', ['connection: upgrade', 'upgrade: websocket'])],
    ['a head of more than 2 KiB', head('GET', '/generate_204', [`x: ${'a'.repeat(4096)}`])],
    ['what is not HTTP', '\x16\x03\x01\x02\x00\x01'.repeat(40)],
  ])('%s gets no answer', async (_, request) => {
    expect(await answerTo(request)).toMatch(/^(|reset)$/);
  });

  test('one request per connection: a second is not answered', async () => {
    const answers = await answerTo(head('GET', '/generate_204').repeat(2));
    expect(answers.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test('who does not finish its head is cut off after 5 s, and does not keep others from asking', async () => {
    const began = performance.now();
    const slow = await Promise.all(Array.from({ length: 100 }, open));
    const ended = slow.map((socket) => once(socket.resume(), 'close'));
    slow.forEach((socket) => socket.write('GET /generate_204 HTTP/1.1\r\nx: '));
    const dripping = setInterval(() => slow.forEach((socket) => socket.write('a')), 500);
    expect(await answerTo(head('GET', '/generate_204'))).toMatch(/^HTTP\/1\.1 204 /);
    await Promise.all(ended);
    clearInterval(dripping);
    const tookMs = performance.now() - began;
    expect(tookMs).toBeGreaterThan(4000);
    expect(tookMs).toBeLessThan(9000);
  });

  test('many more connections than it takes do not bring it down', async () => {
    const crowd = Array.from({ length: 600 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    for (const socket of crowd) socket.destroy();
    await expect
      .poll(() => answerTo(head('GET', '/generate_204')), { timeout: 10_000 })
      .toMatch(/^HTTP\/1\.1 204 /);
  });
});

test('by default nobody listens and devices are told of nobody', async () => {
  const other = createProgramGroup();
  try {
    await initEdge(other);
    await serveEdge(other);
    await runEdge(other, ['devices', 'add', 'laptop', '--out', 'device']);
    const bundle: unknown = JSON.parse(readFileSync(join(other.folder, 'device/edge.json'), 'utf8'));
    expect(deviceBundle.parse(bundle).portalCheck).toBeUndefined();
    expect(bundle).not.toHaveProperty('portalCheck');
  } finally {
    await other.end();
  }
}, 60_000);
