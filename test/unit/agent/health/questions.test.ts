// The questions that the health checks ask of servers, answered by real ones on loopback.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../agent/clock.ts';
import { askListeners } from '../../../../agent/health/listener-question.ts';
import { askNameServers } from '../../../../agent/health/name-server-question.ts';

const endings: (() => void)[] = [];
afterEach(() => endings.splice(0).forEach((end) => end()));

async function nameServer(code: number | null): Promise<number> {
  const server: Socket = createSocket('udp4');
  endings.push(() => server.close());
  server.on('message', (question, { port, address }) => {
    if (code === null) return;
    const answer = Buffer.from(question);
    answer[2] = (answer[2] ?? 0) | 0x80;
    answer[3] = code;
    // A stray answer of another question comes first and does not count.
    const stray = Buffer.from(answer);
    stray.writeUInt16BE((answer.readUInt16BE(0) + 1) % 65_536, 0);
    server.send(stray, port, address);
    server.send(answer, port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

function rootWith(text: string): string {
  const root = mkdtempSync(join(tmpdir(), 'opengsa-root-'));
  endings.push(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/resolv.conf'), text);
  return root;
}

describe('name servers', () => {
  const ask = async (code: number | null, text = 'nameserver 127.0.0.1\n') =>
    askNameServers({ root: rootWith(text), name: 'localhost', port: await nameServer(code) }, systemClock);

  test('one that answers is named with its time, also where the name does not exist', async () => {
    expect(await ask(0)).toMatchObject({
      servers: ['127.0.0.1'],
      answer: { server: '127.0.0.1', fault: null },
    });
    expect((await ask(3)).answer?.fault).toBeNull();
  });

  test('one that refuses, fails or is silent says so; another helps', async () => {
    expect((await ask(5)).answer?.fault).toMatch(/REFUSED/);
    expect((await ask(2)).answer?.fault).toMatch(/SERVFAIL/);
    expect((await ask(null)).answer).toMatchObject({ ms: null, fault: 'no answer within 1500 ms' });
    const both = 'nameserver 127.0.0.77\nnameserver 127.0.0.1\n';
    expect((await ask(0, both)).answer).toMatchObject({ server: '127.0.0.1', fault: null });
  });

  test('none at all', async () => {
    expect(await ask(0, '# empty\n')).toEqual({ servers: [], answer: null });
  });
});

describe('listeners', () => {
  async function speaking(text: string): Promise<string> {
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(text));
    }).listen(0, '127.0.0.1');
    endings.push(() => server.close());
    await once(server, 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const ask = (httpProxy: string | null, pacUrl: string | null = null) =>
    askListeners({ mode: 'proxy', httpProxy, socks5: null, pacUrl, transparent: null });

  test('another program on the port is told from ours', async () => {
    const at = await speaking('220 mail\r\n');
    expect((await ask(at)).httpProxy).toEqual({ at, fault: 'something else answers there' });
    const silent = await speaking('');
    expect((await ask(silent)).httpProxy?.fault).toBe('closed without an answer');
    expect((await ask('127.0.0.1:1')).httpProxy?.fault).toMatch(/ECONNREFUSED/);
    expect(await ask(null)).toEqual({ httpProxy: null, socks5: null, pac: null });
  });

  test('a script of another type is shown with its type, and without the token of its path', async () => {
    const at = await speaking('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 0\r\n\r\n');
    expect((await ask(null, `http://${at}/secret/proxy.pac`)).pac).toEqual({
      at,
      fault: null,
      contentType: 'text/html',
    });
  });
});
