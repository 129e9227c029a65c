// `opengsa ui` with a real agent and Chromium: the windows work, and nobody else gets anything out of their server.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readBundleFile } from '../support/bundle-file.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { createLocalAgent, type LocalAgent } from '../support/local-agent.ts';
import { agentMain, pinnedNode, type Program } from '../support/processes.ts';
import { startScriptedAgent } from '../support/scripted-agent.ts';

const executablePath = installedProgram('chromium');

/** On the same machine: how long after the agent's event a page may show it. */
const onScreenWithinMs = 200;
const firstPaintBytes = 150_000;
/** A guard against a hang on a busy machine, not a measure. */
const patience = { timeout: 15_000 };

type Shell = { readonly program: Program; readonly link: string; readonly port: number };
type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };

let agent: LocalAgent;
beforeAll(async () => {
  agent = createLocalAgent();
  await agent.start();
});
afterAll(() => agent.group.end());

async function startShell(...words: string[]): Promise<Shell> {
  const program = agent.group.start(pinnedNode, [agentMain, 'ui', '--no-open', ...words]);
  const link = (await program.line(/#k=/)).trim();
  return { program, link, port: Number(new URL(link).port) };
}

function ask(port: number, path: string, headers: Record<string, string>, method = 'GET', body?: string) {
  return new Promise<Answer>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const post = (port: number, path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(
    port,
    path,
    { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...headers },
    'POST',
    typeof body === 'string' ? body : JSON.stringify(body),
  );

const codeOf = (link: string) => new URL(link).hash.slice('#k='.length);

async function enter({ port, link }: Shell): Promise<string> {
  const { text } = await post(port, '/api/token', { code: codeOf(link) });
  return (JSON.parse(text) as { token: string }).token;
}

const stateGet = (port: number, token: string) =>
  post(port, '/api/call', { call: 'state.get', params: {} }, { authorization: `Bearer ${token}` });

describe('the server of the windows', () => {
  let shell: Shell;
  let token: string;
  beforeAll(async () => {
    shell = await startShell();
    token = await enter(shell);
  });

  test('a code is good once; the token is asked for by every call', async () => {
    expect((await post(shell.port, '/api/token', { code: codeOf(shell.link) })).status).toBe(401);
    // The server of the windows listens before it has heard from the agent.
    const { headers } = await vi.waitFor(async () => {
      const { status, text, headers } = await stateGet(shell.port, token);
      const live = { ok: true, result: { link: { kind: 'live' } } };
      expect([status, JSON.parse(text)]).toMatchObject([200, live]);
      return { headers };
    }, patience);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*connect-src 'self'/);
    for (const absent of ['server', 'set-cookie', 'access-control-allow-origin', 'x-powered-by'])
      expect(headers[absent]).toBeUndefined();
    for (const wrong of ['', 'x', token.slice(0, -1)])
      expect((await stateGet(shell.port, wrong)).status).toBe(401);
    const missing = await post(shell.port, '/api/call', { call: 'state.get', params: {} });
    expect([missing.status, missing.text]).toEqual([401, 'this page is not let in\n']);
    expect((await stateGet(shell.port, token)).status).toBe(200);
  });

  test('OPTIONS, other paths and large bodies are refused', async () => {
    const { port } = shell;
    const own = { 'sec-fetch-site': 'same-origin' };
    expect((await ask(port, '/api/call', own, 'OPTIONS')).status).toBe(403);
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/..%2f..%2fpackage.json',
      '/index.html',
    ])
      expect((await ask(port, path, own)).status).toBe(404);
    const large = JSON.stringify({ call: 'state.get', params: { text: 'x'.repeat(65_536) } });
    const tooLarge = await post(port, '/api/call', large, { authorization: `Bearer ${token}` });
    expect([tooLarge.status, tooLarge.text]).toEqual([413, 'a request may have 65536 bytes\n']);
    const noJson = await post(port, '/api/call', '{', { authorization: `Bearer ${token}` });
    expect([noJson.status, noJson.text]).toMatchObject([400, /^the request is no JSON/]);
  });

  test('connections are not closed from a browser, and a wrong call is named', async () => {
    const authorization = `Bearer ${token}`;
    const closing = await post(
      shell.port,
      '/api/call',
      { call: 'connections.close', params: {} },
      { authorization },
    );
    expect(JSON.parse(closing.text)).toMatchObject({ ok: false, fault: { code: 'access-denied' } });
    const unknown = await post(shell.port, '/api/call', { call: 'exec', params: {} }, { authorization });
    expect(JSON.parse(unknown.text)).toMatchObject({ ok: false, fault: { code: 'bad-message' } });
  });

  test('whoever sends slowly is cut off', async () => {
    const socket = connect(shell.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined).resume();
    socket.write(`POST /api/token HTTP/1.1\r\nHost: 127.0.0.1:${shell.port}\r\n`);
    const began = performance.now();
    const drip = setInterval(() => socket.write('x: y\r\n'), 500);
    await once(socket, 'close');
    clearInterval(drip);
    // 5 s for the head, looked at each second; the rest is the machine's.
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  test('it listens on loopback addresses only', () => {
    const hex = shell.port.toString(16).toUpperCase().padStart(4, '0');
    const listening = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local = '', , state]) => local.endsWith(`:${hex}`) && state === '0A')
        .map(([, local = '']) => local.slice(0, -5)),
    );
    expect(listening).toContain('0100007F');
    const loopback = ['0100007F', '00000000000000000000000001000000'];
    expect(listening.filter((address) => !loopback.includes(address))).toEqual([]);
  });

  test('five wrong tokens end every session, and the person is told', async () => {
    const other = await startShell();
    const its = await enter(other);
    for (let i = 0; i < 5; i += 1) await stateGet(other.port, `guess-${i}`);
    expect((await stateGet(other.port, its)).status).toBe(401);
    await expect.poll(() => other.program.stderr(), patience).toMatch(/^opengsa: a program tried wrong keys/);
  });

  test('a port that is taken is named; Ctrl-C ends the server', async () => {
    const second = await agent.group.run(pinnedNode, [agentMain, 'ui', '--port', String(shell.port)]);
    expect([second.code, second.stderr]).toEqual([
      1,
      `opengsa: 127.0.0.1:${shell.port} is taken by another program; choose another with --port, or none\n`,
    ]);
    const other = await startShell();
    other.program.signal('SIGINT');
    expect((await other.program.ended).code).toBe(0);
  });
});

describe.skipIf(executablePath === null)('the windows in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP rebind.example 127.0.0.1'],
    });
  });
  afterAll(() => browser.close());

  const title = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
  const open = async (link: string) => {
    const page = await (await browser.newContext()).newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(`error: ${error.message}`));
    await page.goto(link);
    return { page, said };
  };

  test('the link opens the windows once; a reload keeps them; the first picture is small', async () => {
    const { link } = await startShell();
    const page = await (await browser.newContext()).newPage();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    let bytes = 0;
    // Compressed, with headers, as it came over the wire; the streamed answer is not over.
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await page.goto(link);
    await expect.poll(() => title(page), patience).toBe('Not enrolled');
    process.stderr.write(`the first picture takes ${bytes} bytes\n`);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(firstPaintBytes);
    expect(page.url()).not.toContain('#');
    await page.reload();
    await expect.poll(() => title(page), patience).toBe('Not enrolled');
    expect(await page.context().cookies()).toEqual([]);

    const again = await open(link);
    await expect.poll(() => title(again.page), patience).toBe('This session has ended');
  });

  test('what a page changes reaches the agent; when the server ends, the page says so', async () => {
    const shell = await startShell();
    const { page, said } = await open(shell.link);
    await expect.poll(() => title(page), patience).toBe('Not enrolled');
    const [profile] = (await agent.status()).profiles;
    const params = { name: profile?.name, enabled: false };
    expect(profile?.enabled).toBe(true);
    const answer = await page.evaluate(callFromPage, JSON.stringify({ call: 'profile.set', params }));
    expect(JSON.parse(answer)).toMatchObject({ ok: true });
    expect((await agent.status()).profiles[0]?.enabled).toBe(false);
    await page.evaluate(
      callFromPage,
      JSON.stringify({ call: 'profile.set', params: { ...params, enabled: true } }),
    );
    expect(said).toEqual([]);
    shell.program.signal('SIGINT');
    await shell.program.ended;
    await expect.poll(() => title(page), { timeout: 20_000 }).toBe('This session has ended');
  });

  test('logs come as a redacted bundle that the browser downloads', async () => {
    const { link } = await startShell();
    const { page, said } = await open(link);
    await expect.poll(() => title(page), patience).toBe('Not enrolled');
    await page.goto(new URL('/?view=diagnostics&tab=log-collection', link).href);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save…' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^opengsa-logs-[\d-]+\.json\.gz$/);
    const bundle = readBundleFile(await download.path());
    expect(bundle).toMatchObject({ redacted: true });
    expect(bundle.status?.connection.kind).toBe('not-enrolled');
    expect(said).toEqual([]);
  });

  test('what the agent says is on screen at once', async () => {
    const socketPath = join(agent.group.folder, 'scripted.sock');
    const scripted = await startScriptedAgent(socketPath);
    try {
      const shell = await startShell('--socket', socketPath);
      const { page } = await open(shell.link);
      await expect.poll(() => title(page), patience).toBe('Not enrolled');
      const waits: number[] = [];
      for (let i = 0; i < 10; i += 1) {
        const seen = page.evaluate(titleShownAt, `Title ${i}`);
        // The page watches before the agent speaks.
        await page.evaluate(() => undefined);
        const saidAt = Date.now();
        scripted.say(`Title ${i}`);
        waits.push((await seen) - saidAt);
      }
      const middle = waits.toSorted((a, b) => a - b)[waits.length >> 1] ?? NaN;
      process.stderr.write(`a status is on screen after ${middle} ms (median of ${waits.join(', ')})\n`);
      expect(middle).toBeLessThan(onScreenWithinMs);
    } finally {
      await scripted.close();
    }
  });

  test('pages of others get neither code nor token nor data', async () => {
    const shell = await startShell();
    const token = await enter(shell);
    const frame = `<iframe src="http://127.0.0.1:${shell.port}/"></iframe>`;
    const neighbour = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end(frame),
    );
    await once(neighbour.listen(0, '127.0.0.1'), 'listening');
    try {
      const there = `http://127.0.0.1:${(neighbour.address() as AddressInfo).port}/`;
      const { page } = await open(there);
      // Another port of this machine is the same site: only Fetch Metadata, Origin and the token tell it apart.
      expect(await page.evaluate(tryAll, { base: `http://127.0.0.1:${shell.port}`, token })).toEqual(nothing);
      await expect.poll(() => page.frames().length, patience).toBe(2);
      const framed = await page.frames()[1]?.locator('body').textContent();
      expect(framed ?? '').not.toMatch(/session|enrolled/i);

      // A name of somebody that leads here: the browser takes this server for theirs, and the server says no.
      const rebound = `http://rebind.example:${shell.port}`;
      const visit = await page.goto(`${rebound}/`);
      expect([visit?.status(), await visit?.text()]).toEqual([403, 'this server answers to no such name\n']);
      expect(await page.evaluate(tryAll, { base: rebound, token })).toEqual([403, 403, 403, 403]);
    } finally {
      neighbour.close();
      neighbour.closeAllConnections();
    }
    expect((await stateGet(shell.port, token)).status).toBe(200);
  });
});

/** No answer that a page could read. */
const nothing = ['unread', 'unread', 'unread', 'unread'];

/** Runs in the page. */
async function callFromPage(body: string): Promise<string> {
  const { token } = JSON.parse(sessionStorage.getItem('opengsa-session') ?? '{}') as { token: string };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (await fetch('/api/call', { method: 'POST', headers, body })).text();
}

type Watching = {
  readonly document: { querySelector: (name: string) => { textContent: string } | null };
  readonly requestAnimationFrame: (look: () => void) => void;
};

/** Runs in the page: the time of the frame that shows a title. */
function titleShownAt(wanted: string): Promise<number> {
  const { document, requestAnimationFrame } = globalThis as unknown as Watching;
  return new Promise((resolve) => {
    const look = () => {
      if (document.querySelector('h1')?.textContent === wanted) resolve(Date.now());
      else requestAnimationFrame(look);
    };
    look();
  });
}

/** Runs in a page of somebody else, who has even got the token. */
async function tryAll({ base, token }: { base: string; token: string }): Promise<(number | 'unread')[]> {
  const authorization = { authorization: `Bearer ${token}` };
  const json = { 'content-type': 'application/json' };
  const body = JSON.stringify({ call: 'state.get', params: {} });
  const tries: [string, RequestInit][] = [
    ['/api/call', { method: 'POST', headers: { ...authorization, ...json }, body }],
    ['/api/token', { method: 'POST', headers: json, body: JSON.stringify({ code: 'x' }) }],
    ['/api/events', { headers: authorization }],
    ['/', {}],
  ];
  const seen: (number | 'unread')[] = [];
  for (const [path, init] of tries)
    seen.push(
      await fetch(base + path, init).then(
        ({ status }) => status,
        () => 'unread' as const,
      ),
    );
  return seen;
}
