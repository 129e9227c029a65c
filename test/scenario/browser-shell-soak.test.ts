// Pages that come and go by the hundreds leave nothing behind: no listener, no timer, no connection, no question to the agent.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { endianness, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BrowserShell, startBrowserShell } from '../../agent/browser/browser-shell.ts';
import { openSettingsStore } from '../../agent/browser/window-settings.ts';
import { readSockets } from '../../agent/core/proc-net.ts';
import { createFlowFollowing } from '../../agent/flow-following.ts';
import type { WindowDesk } from '../../agent/window-desk.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

const rounds = 25;
const pagesAtOnce = 8;
/** A guard against a hang on a busy machine, not a measure. */
const patience = { timeout: 15_000 };

let folder: string;
let clock: ManualClock;
let shell: BrowserShell;
let token: string;
let stateListeners: Set<unknown>;
/** What the agent was asked for, in order. */
let asked: string[];
let following: ReturnType<typeof createFlowFollowing>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-soak-'));
  clock = manualClock();
  stateListeners = new Set();
  asked = [];
  const call = (method: string) => {
    asked.push(method);
    return Promise.resolve({} as never);
  };
  following = createFlowFollowing(() => ({ call }));
  shell = await startBrowserShell({
    ...{ desk: deskOf(), files: new Map(), clock, randomBytes, port: 0, full: false, version: '0' },
    settings: await openSettingsStore(folder, () => undefined),
    ...{ guessed: () => undefined, entered: () => undefined, idle: () => undefined },
  });
  const code = new URL(shell.makeLink()).hash.slice('#k='.length);
  const answer = await ask('POST', '/api/token', {}, JSON.stringify({ code }));
  answer.setEncoding('utf8');
  const [text] = (await once(answer, 'data')) as [string];
  ({ token } = JSON.parse(text) as { token: string });
});
afterEach(async () => {
  await shell.close();
  rmSync(folder, { recursive: true });
});

function deskOf(): WindowDesk {
  return {
    state: () => ({ link: { kind: 'starting' }, status: null }),
    onState(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    speak: () => undefined,
    followFlows: following.follow,
    isDeskCall: (name): name is never => name === '',
    call: () => Promise.reject(new Error('nothing is called here')),
    collectLogs: () => Promise.reject(new Error('nothing is collected here')),
  };
}

async function ask(method: string, path: string, headers: Record<string, string>, body?: string) {
  const question = request({
    ...{ host: '127.0.0.1', port: shell.port, method, path, agent: false },
    headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...headers },
  });
  question.end(body);
  const [answer] = (await once(question, 'response')) as [IncomingMessage];
  return answer;
}

/** Resolves when the page hears: its listeners are there then. */
async function openPage(): Promise<IncomingMessage> {
  const answer = await ask('GET', '/api/events?language=en&flows=1', { authorization: `Bearer ${token}` });
  answer.on('error', () => undefined);
  expect(answer.statusCode).toBe(200);
  await once(answer, 'data');
  return answer;
}

/** Ends of connections with the shell that a program still holds. Other files' tests may have run in this process before. */
function connections(): number {
  const sockets = [...readSockets(readFileSync('/proc/self/net/tcp', 'utf8'), endianness())];
  return sockets.filter(
    ({ local, remote, state, inode }) =>
      (local.port === shell.port || remote.port === shell.port) && state !== 'listen' && inode !== 0,
  ).length;
}

test('200 pages that follow flows and go away without a word', async () => {
  await expect.poll(connections, patience).toBe(0);
  const timers = clock.pending();
  for (let round = 0; round < rounds; round += 1) {
    const pages = await Promise.all(Array.from({ length: pagesAtOnce }, openPage));
    expect(stateListeners.size).toBe(pagesAtOnce);
    expect(connections()).toBeGreaterThanOrEqual(2 * pagesAtOnce);
    // In another order than they came in, some of them with news on the way.
    following.tell([]);
    for (const page of pages.toSorted(() => (round % 2 === 0 ? 1 : -1))) page.destroy();
    await expect.poll(() => stateListeners.size, patience).toBe(0);
  }
  await expect.poll(connections, patience).toBe(0);
  // The wait for the next page is all that is left.
  expect(clock.pending()).toBe(timers);
  expect(asked.filter((method) => method === 'flows.subscribe')).toHaveLength(rounds * pagesAtOnce);
  expect(asked.filter((method) => method === 'flows.unsubscribe')).toHaveLength(rounds);
  expect(asked.at(-1)).toBe('flows.unsubscribe');
});

test('pages that are open when the server ends are let go', async () => {
  const pages = await Promise.all(Array.from({ length: pagesAtOnce }, openPage));
  const ended = pages.map((page) => new Promise((resolve) => page.once('close', resolve)));
  await shell.close();
  await Promise.all(ended);
  await expect.poll(() => stateListeners.size, patience).toBe(0);
  await expect.poll(connections, patience).toBe(0);
  expect(clock.pending()).toBe(0);
  expect(asked.at(-1)).toBe('flows.unsubscribe');
});
