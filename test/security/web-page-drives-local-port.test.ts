// A web page in a real browser tries to use the local proxy ports as an interface: it gets nothing and changes nothing.
import { once } from 'node:events';
import { chromium } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCaptureFixture } from '../support/capture-fixture.ts';
import { pacToken, pacText } from '../support/capture-rig.ts';
import { installedProgram } from '../support/debian-programs.ts';

const browserPath = installedProgram('chromium');
const capture = createCaptureFixture();
beforeEach(() => capture.begin());
afterEach(() => capture.end());

describe.skipIf(browserPath === null)('Chromium (Debian package chromium)', () => {
  test('a page reaches neither a flow nor the PAC file, by fetch, form, script, WebSocket or a rebound name', async () => {
    const { authority } = await capture.useWeb((_, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>page</title>');
    });
    const { http, socks5, table } = capture.rig();
    const browser = await chromium.launch({
      executablePath: browserPath!,
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--host-resolver-rules=MAP rebound.contoso.test 127.0.0.1',
      ],
    });
    try {
      const page = await browser.newPage();
      await page.goto(`http://${authority}/`);
      for (const port of [http.listening.port, socks5.listening.port]) {
        for (const host of ['127.0.0.1', 'rebound.contoso.test']) {
          const base = `http://${host}:${port}`;
          for (const path of ['/', '/proxy.pac', `/${pacToken}/proxy.pac`, `/http://${authority}/`]) {
            const seen = await page.evaluate(`(${attempts})(${JSON.stringify({ base, path })})`);
            expect(seen, base + path).toEqual({ read: [], script: false, socket: false });
          }
        }
      }
      // A form leaves the page; what it arrives at shows nothing either.
      await page.setContent(
        `<form method=post enctype=text/plain action="http://127.0.0.1:${http.listening.port}/"><input name="CONNECT x:443 HTTP/1.1" value="">`,
      );
      await page.evaluate('document.forms[0].submit()');
      await page.waitForURL(`http://127.0.0.1:${http.listening.port}/`);
      expect(await page.content()).not.toContain('FindProxyForURL');
      expect(await page.content()).toContain('It serves no pages.');
    } finally {
      await browser.close();
    }
    expect(table.counters().total).toBe(0);
  });

  test('the same PAC file is there for a program that knows its path', async () => {
    const host = `127.0.0.1:${capture.rig().http.listening.port}`;
    const socket = await capture.rig().talk(`GET /${pacToken}/proxy.pac HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain(pacText);
  });
});

/** Runs in the page, as text: the browser's globals are not this program's. */
const attempts = `async ({ base, path }) => {
  const read = [];
  for (const [method, mode] of [['GET', 'cors'], ['GET', 'no-cors'], ['POST', 'cors'], ['PUT', 'cors'], ['POST', 'no-cors']]) {
    try {
      const answer = await fetch(base + path, { method, mode, body: method === 'GET' ? undefined : 'CONNECT a.test:443 HTTP/1.1\\r\\n\\r\\n' });
      const text = await answer.text();
      if (text !== '') read.push(text);
    } catch {}
  }
  const script = await new Promise((resolve) => {
    const element = document.createElement('script');
    element.onload = () => resolve(typeof FindProxyForURL === 'function');
    element.onerror = () => resolve(false);
    element.src = base + path;
    document.head.append(element);
  });
  const socket = await new Promise((resolve) => {
    const connection = new WebSocket((base + path).replace('http', 'ws'));
    connection.onopen = () => resolve(true);
    connection.onerror = () => resolve(false);
  });
  return { read, script, socket };
}`;
