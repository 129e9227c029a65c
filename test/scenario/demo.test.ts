// `npm run demo` as a stranger runs it: its document, its exit code, and nothing left behind.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { pinnedNode } from '../support/processes.ts';

const demoMain = resolve(import.meta.dirname, '../demo/main.ts');
/** The account `nobody` of every Linux. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

const documentSchema = z.strictObject({
  signIns: z.array(
    z.looseObject({
      restoration: z.enum(['on', 'off']),
      ipAddress: z.string(),
      edgeAddress: z.string(),
      workstationAddress: z.string(),
      conditionalAccess: z.enum(['success', 'failure', 'notApplied']),
      result: z.string(),
    }),
  ),
});

/** What the suite's programs share, as far as the account may read it. */
const { NODE_COMPILE_CACHE } = process.env;
const compiled = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };

let temporary: string;
let child: ChildProcess | undefined;

/** A guard against a hang on a busy machine, far above the demo's own time and its own deadline. */
const patienceMs = 90_000;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'opengsa-demo-'));
});
afterEach(async () => {
  // Asked, not killed: only the demo itself can end the programs that it started.
  if (child?.exitCode === null && child.kill('SIGTERM')) await once(child, 'close');
  rmSync(temporary, { recursive: true, force: true });
});

describe('the demo', { timeout: patienceMs }, () => {
  // As root it runs as an account without rights, where that can read the checkout; anybody else is one already.
  const account = isRoot && readableBy(nobody) ? { uid: nobody, gid: nobody } : {};

  test('tells the story as one JSON document without any privilege, and leaves nothing behind', async () => {
    if (account.uid !== undefined) chownSync(temporary, account.uid, account.gid);
    const { code, stdout, stderr } = await runDemo(['--json'], account);
    expect(stderr).toBe('');
    expectStory(stdout);
    expect(code).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('ends by Ctrl-C in the middle, without a trace', async () => {
    const { code } = await runDemo([], { interruptAt: /Start the identity provider/ });
    expect(code).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('shows the log as a table, says what Entra ID does not accept, and stays with --keep', async () => {
    const { code, stdout, stderr } = await runDemo(['--keep'], {
      interruptAt: /stays until Ctrl-C[^]*tail -f [^]*signs in every .*\n/,
    });
    expect(stderr).toBe('');
    const rows = stdout.split('\n').filter((line) => /^ {2}\d\d:\d\d:\d\d/.test(line));
    expect(
      rows.map((row) =>
        row
          .trim()
          .split(/\s{2,}/)
          .slice(1),
      ),
    ).toEqual([
      ['on', '127.10.0.7', 'workstation', 'success', 'tokens'],
      ['off', '127.20.0.1', 'edge', 'failure', 'access_denied'],
      ['on', '127.10.0.7', 'workstation', 'success', 'tokens'],
    ]);
    expect(stdout).toMatch(/Entra ID and Microsoft Graph accept a\s+stated address from nobody/);
    expect(stdout).toContain('$ curl --proxy http://127.0.0.1:');
    expect(code).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('refuses an unknown option with its usage', async () => {
    const { code, stdout, stderr } = await runDemo(['--fast']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^usage: npm run -s demo/);
  });
});

function expectStory(stdout: string): void {
  const { signIns } = documentSchema.parse(JSON.parse(stdout));
  const workstation = { ipAddress: '127.10.0.7', conditionalAccess: 'success', result: 'tokens' };
  const edge = { ipAddress: '127.20.0.1', conditionalAccess: 'failure', result: 'access_denied' };
  const known = { workstationAddress: '127.10.0.7', edgeAddress: '127.20.0.1' };
  expect(signIns).toMatchObject([
    { restoration: 'on', ...known, ...workstation },
    { restoration: 'off', ...known, ...edge },
    { restoration: 'on', ...known, ...workstation },
  ]);
}

type RunOptions = { readonly uid?: number; readonly gid?: number; readonly interruptAt?: RegExp };

async function runDemo(words: readonly string[], { uid, gid, interruptAt }: RunOptions = {}) {
  const demo = spawn(pinnedNode, [demoMain, ...words], {
    cwd: temporary,
    env: { PATH: process.env.PATH, HOME: temporary, TMPDIR: temporary, ...(uid === undefined && compiled) },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  });
  child = demo;
  const output = { stdout: '', stderr: '' };
  let sent = false;
  demo.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
    if (interruptAt?.test(output.stdout) !== true || sent) return;
    sent = true;
    demo.kill('SIGINT');
  });
  demo.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((settle, fail) => {
    demo.on('error', fail);
    demo.on('close', (code) => settle({ code, ...output }));
  });
}

function readableBy(uid: number): boolean {
  const probe = spawnSync(pinnedNode, ['-e', 'require("node:fs").readFileSync(process.argv[1])', demoMain], {
    uid,
    gid: uid,
    stdio: 'ignore',
  });
  return probe.status === 0;
}
