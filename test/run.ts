// Runs a suite of tests with all the set-up it needs: `node test/run.ts fast|netlab|windows|forgery|dns`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parse } from '../protocol/parse.ts';
import { installMissingPrograms } from './support/debian-packages.ts';
import { isRoot } from './support/debian-programs.ts';

const suites = {
  /** Unit, property and scenario tests: unprivileged, loopback only. */
  fast: { config: 'vitest.config.ts', root: false },
  /** Own network namespaces. */
  netlab: { config: 'test/netlab/vitest.config.ts', root: true },
  /** More than a million forged attestations; the fast suite tries some thousands of the same series. */
  forgery: {
    config: 'vitest.config.ts',
    root: false,
    files: ['attestation-forgery'],
    environment: { OPENGSA_FORGERIES: '1500000' },
  },
  /** Every look of every view of the windows, with pictures in test-output/screens. */
  windows: {
    config: 'test/windows/vitest.config.ts',
    root: false,
    environment: { OPENGSA_LOOKS: 'every' },
  },
  /** More than a million hostile DNS messages, a tenth of them through sockets; the fast suite tries some thousands. */
  dns: {
    config: 'vitest.config.ts',
    root: false,
    files: ['responder-fuzz'],
    environment: { OPENGSA_DNS_MESSAGES: '1200000' },
  },
} satisfies Record<string, Suite>;

type Suite = {
  readonly config: string;
  /** Whether it needs root. */
  readonly root: boolean;
  /** Its test files, where they are not all that the configuration includes. */
  readonly files?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
};

const report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numFailedTestSuites: z.int(),
});

process.exitCode = await main(process.argv.slice(2));

async function main([name = 'fast', ...filters]: string[]): Promise<number> {
  if (!isSuite(name)) {
    say(`no suite ${name}; there are: ${Object.keys(suites).join(', ')}`);
    return 2;
  }
  const suite: Suite = suites[name];
  if (suite.root && !isRoot()) {
    say(`the ${name} suite makes network namespaces and needs root; nothing was run`);
    return 1;
  }
  const missing = installMissingPrograms(say);
  const folder = mkdtempSync(join(tmpdir(), 'opengsa-test-'));
  const results = join(folder, 'results.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${results}`];
    const files = filters.length > 0 ? filters : (suite.files ?? []);
    const environment = { NODE_COMPILE_CACHE: join(folder, 'compile-cache'), ...suite.environment };
    const code = await vitest(['run', '--config', suite.config, ...reporters, ...files], environment);
    for (const line of missing) say(`skipped what needs it: ${line}`);
    sayTotals(results);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isSuite(name: string): name is keyof typeof suites {
  return Object.hasOwn(suites, name);
}

function vitest(args: string[], environment: Suite['environment']): Promise<number> {
  return new Promise((resolve, reject) => {
    const program = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
    const child = spawn(process.execPath, [program, ...args], {
      cwd: join(import.meta.dirname, '..'),
      env: { ...environment, ...process.env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function sayTotals(file: string): void {
  const totals = parse(report, JSON.parse(readFileSync(file, 'utf8')), 'test results');
  // A file that cannot be loaded has failed although none of its tests ran.
  const failed = Math.max(totals.numFailedTests, totals.numFailedTestSuites > 0 ? 1 : 0);
  say(`${totals.numPassedTests} passed, ${failed} failed, ${totals.numPendingTests} skipped`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
