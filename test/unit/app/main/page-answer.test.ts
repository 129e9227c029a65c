// Which requests of a window are answered with a file, and that nothing outside of the page's folder ever is.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerPage, isPageAddress } from '../../../../app/main/page-answer.ts';

let folder: string;
let root: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'opengsa-page-'));
  root = join(folder, 'renderer');
  mkdirSync(join(root, 'assets'), { recursive: true });
  mkdirSync(join(folder, 'renderer-other'));
  writeFileSync(join(root, 'index.html'), '<!doctype html>');
  writeFileSync(join(root, 'assets/main.js'), 'export {};');
  writeFileSync(join(root, 'assets/main.map'), '{}');
  writeFileSync(join(folder, 'secret.js'), 'secret');
  writeFileSync(join(folder, 'renderer-other/secret.js'), 'secret');
});
afterAll(() => rmSync(folder, { recursive: true }));

const ask = (url: string, method = 'GET'): Promise<Response> =>
  answerPage(root, new Request(url, { method }));

test('a file is served with its type and the policy of the page', async () => {
  const response = await ask('app://bundle/assets/main.js?v=1');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(response.headers.get('content-security-policy')).toContain("connect-src 'none'");
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await response.text()).toBe('export {};');
});

test('the bare address is the page', async () => {
  expect(await (await ask('app://bundle/')).text()).toBe('<!doctype html>');
});

test.each([
  ['another host', 'app://evil/index.html'],
  ['a file that is not there', 'app://bundle/none.js'],
  ['a folder', 'app://bundle/assets/'],
  ['a file as a folder', 'app://bundle/index.html/x.js'],
  ['a type that the page has none of', 'app://bundle/assets/main.map'],
  ['a way out', 'app://bundle/../secret.js'],
  ['an escaped way out', 'app://bundle/%2e%2e%2fsecret.js'],
  ['a neighbour of the same beginning', 'app://bundle/..%2frenderer-other%2fsecret.js'],
  ['a way out as Windows writes it', 'app://bundle/..%5csecret.js'],
  ['a broken escape', 'app://bundle/%zz.js'],
  ['a zero byte', 'app://bundle/index.html%00.js'],
])('%s is not found', async (_, url) => {
  expect((await ask(url)).status).toBe(404);
});

test('only GET is answered', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD']) {
    expect((await ask('app://bundle/index.html', method)).status).toBe(405);
  }
});

test('no path whatever leads to a file outside of the folder', async () => {
  const part = fc.constantFrom(
    '..',
    '%2e%2e',
    '%2E.',
    '/',
    '%2f',
    '%5c',
    '\\',
    'assets',
    'secret.js',
    'renderer-other',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
      const response = await ask(`app://bundle/${parts.join('')}`);
      expect(await response.text()).not.toContain('secret');
    }),
    { numRuns: 200, seed: 7 },
  );
});

describe('an address is of the page', () => {
  test('by scheme and host: custom schemes have no origin that could be compared', () => {
    expect(isPageAddress('app://bundle/index.html?view=status')).toBe(true);
    for (const other of [
      'app://evil/index.html',
      'https://bundle/',
      'app:bundle',
      'app://bundle.evil/',
      'about:blank',
      '',
    ]) {
      expect(isPageAddress(other)).toBe(false);
    }
  });
});
