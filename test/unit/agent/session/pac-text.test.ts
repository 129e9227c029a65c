// Reading an earlier PAC file: from where it may come, how much of it, how long, and that it is one.
import { execFileSync } from 'node:child_process';
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { explain } from '../../../../protocol/error.ts';
import { readPac } from '../../../../agent/session/pac-text.ts';

const pac = "function FindProxyForURL() { return 'DIRECT'; }";
let folder: string;
let server: Server;
let base: string;
let answer: RequestListener;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
  answer = (_request, response) => response.end(pac);
  server = createServer((request, response) => answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close().closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

const fileUrl = (content: string | Buffer) => {
  const path = join(folder, 'a.pac');
  writeFileSync(path, content);
  return pathToFileURL(path).href;
};

test('by http, file and data', async () => {
  expect(await readPac(`${base}/a.pac`)).toBe(pac);
  expect(await readPac(fileUrl(pac))).toBe(pac);
  const data = `data:application/x-ns-proxy-autoconfig;base64,${Buffer.from(pac).toString('base64')}`;
  expect(await readPac(data)).toBe(pac);
});

test('in UTF-8, and in the older encoding where it is none', async () => {
  const text = `${pac} // München`;
  expect(await readPac(fileUrl(text))).toBe(text);
  expect(await readPac(fileUrl(Buffer.from(text, 'latin1')))).toBe(text);
});

test('a password in the address goes to that server, and to none that it redirects to', async () => {
  const given: (string | undefined)[] = [];
  const other = createServer((request, response) => {
    given.push(request.headers.authorization);
    response.end(pac);
  });
  await once(other.listen(0, '127.0.0.1'), 'listening');
  answer = (request, response) => {
    given.push(request.headers.authorization);
    const { port } = other.address() as AddressInfo;
    response.writeHead(302, { location: `http://127.0.0.1:${port}/b.pac` }).end();
  };
  await readPac(`${base.replace('//', '//user:s%40fe@')}/a.pac`);
  other.close().closeAllConnections();
  expect(given).toEqual([`Basic ${Buffer.from('user:s@fe').toString('base64')}`, undefined]);
});

test('redirects are followed to http and https, three of them', async () => {
  answer = (request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end(pac);
    else response.writeHead(302, { location: `/${left - 1}` }).end();
  };
  expect(await readPac(`${base}/3`)).toBe(pac);
  await expect(readPac(`${base}/4`)).rejects.toThrow(/more than 3 redirects/);
});

test.each(['file:///etc/passwd', 'data:text/plain,FindProxyForURL', 'ftp://pac.test/', 'javascript:1'])(
  'a redirect to %s is not followed',
  async (location) => {
    answer = (_request, response) => response.writeHead(301, { location }).end();
    await expect(readPac(`${base}/`)).rejects.toThrow(/a redirect to .* is not followed/);
  },
);

test('no more than 1 MiB is taken, however it comes', async () => {
  const large = `${pac}//${'x'.repeat(1024 * 1024)}`;
  await expect(readPac(fileUrl(large))).rejects.toThrow(/larger than 1 MiB/);
  let sent = 0;
  answer = (_request, response) => {
    const more = () => {
      sent += 1;
      if (!response.destroyed) response.write('x'.repeat(64 * 1024), () => setImmediate(more));
    };
    more();
  };
  await expect(readPac(`${base}/endless`)).rejects.toThrow(/larger than 1 MiB/);
  expect(sent).toBeLessThan(200);
});

test('a pipe under the name of a file does not wait for ever', async () => {
  const path = join(folder, 'pipe');
  execFileSync('/usr/bin/mkfifo', [path]);
  await expect(readPac(pathToFileURL(path).href)).rejects.toThrow(/is not a file/);
});

test.each([
  ['chrome://settings', /by http, https, file or data only/],
  ['/etc/a.pac', /by http, https, file or data only/],
  ['file:///nonexistent/a.pac', /cannot be read: ENOENT/],
  ['http://user:secret@127.0.0.1:1/a.pac', /^http:\/\/127\.0\.0\.1:1\/a\.pac: cannot be fetched/],
])('%s is an error that names it, without a password', async (url, message) => {
  const error: unknown = await readPac(url).catch((reason: unknown) => reason);
  expect(explain(error)).toMatch(message);
  expect(explain(error)).not.toContain('secret');
});

test.each([
  ['<html>', /has no FindProxyForURL/],
  ['function FindProxyForURL( {', /does not parse/],
  ['function FindProxyForURL() {} }); (function () {', /does not parse/],
])('%s is no PAC file', async (text, message) => {
  await expect(readPac(fileUrl(text))).rejects.toThrow(message);
});
