// The demo's own judgement: it must fail on every way in which the provider's log can be wrong.
import { describe, expect, test } from 'vitest';
import { type Chapter, faultsOf, storyDocument } from '../../demo/story.ts';
import { aliasLines, createNarrator, failureReport, logTable } from '../../demo/narrator.ts';
import { addresses } from '../../support/contoso.ts';
import { toSignInRow } from '../../support/identity-provider/sign-in-log.ts';

const tokens = { kind: 'tokens', claims: {}, userInfo: {} } as const;
const denied = { kind: 'denied', error: 'access_denied', description: 'outside' } as const;
const good = [
  chapter('on', addresses.workstation, true, tokens),
  chapter('off', addresses.edge, false, denied),
  chapter('on', addresses.workstation, true, tokens),
];

describe('the judgement', () => {
  test('has nothing against workstation, edge, workstation', () => {
    expect(faultsOf(good)).toEqual([]);
    expect(
      storyDocument(good).signIns.map(({ ipAddress, conditionalAccess, result }) => [
        ipAddress,
        conditionalAccess,
        result,
      ]),
    ).toEqual([
      ['127.10.0.7', 'success', 'tokens'],
      ['127.20.0.1', 'failure', 'access_denied'],
      ['127.10.0.7', 'success', 'tokens'],
    ]);
  });

  test.each([
    [
      'an address of somebody else',
      0,
      chapter('on', '127.0.0.1', true, tokens),
      ['the address is 127.0.0.1, not 127.10.0.7'],
    ],
    [
      'the edge’s address while restoration is on',
      2,
      chapter('on', addresses.edge, true, tokens),
      ['the address is 127.20.0.1, not 127.10.0.7'],
    ],
    [
      'a policy that let the edge’s address pass',
      1,
      chapter('off', addresses.edge, true, tokens),
      ['the verdict is success, not failure', 'the result is tokens, not access_denied'],
    ],
    [
      'a sign-in that failed though the policy allows it',
      0,
      chapter('on', addresses.workstation, true, denied),
      ['the result is access_denied, not tokens'],
    ],
  ])('names %s', (_name, at, wrong, faults) => {
    const chapters = good.with(at, wrong);
    expect(faultsOf(chapters)).toEqual(faults.map((fault) => `sign-in ${at + 1}: ${fault}`));
  });
});

test('the table says whose each address is', () => {
  const [head = '', ...rows] = logTable([...good, chapter('on', '127.0.0.1', true, tokens)]);
  expect(head).toContain('ADDRESS LOGGED');
  expect(rows.map((row) => row.trim().split(/\s{2,}/))).toEqual([
    ['02:03:04', 'on', '127.10.0.7', 'workstation', 'success', 'tokens'],
    ['02:03:04', 'off', '127.20.0.1', 'edge', 'failure', 'access_denied'],
    ['02:03:04', 'on', '127.10.0.7', 'workstation', 'success', 'tokens'],
    ['02:03:04', 'on', '127.0.0.1', 'unknown', 'success', 'tokens'],
  ]);
});

test('a system without the addresses is told the command for each', () => {
  expect(aliasLines(['127.10.0.7', '127.30.0.1']).slice(-2)).toEqual([
    '  sudo ifconfig lo0 alias 127.10.0.7 up',
    '  sudo ifconfig lo0 alias 127.30.0.1 up',
  ]);
});

test('a failure names its step, its cause, what to do and the log’s last lines', async () => {
  const said: string[] = [];
  const narrator = createNarrator((text) => said.push(text));
  await narrator.step('Make the edge', () => Promise.resolve());
  const failing = narrator.step('Start the edge', (show) => {
    show('$ opengsa-edge serve');
    return Promise.reject(new Error('listen EADDRINUSE'));
  });
  await expect(failing).rejects.toThrow('EADDRINUSE');
  expect(said.join('')).toMatch(/✓ 1\. .*Make the edge[^]*✗ 2\. .*Start the edge[^]*\$ opengsa-edge serve/);
  const log = Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n');
  const report = failureReport(narrator.failedStep(), new Error('listen EADDRINUSE'), [
    { program: 'edge', text: log },
  ]);
  expect(report[0]).toBe('The demo failed at: Start the edge');
  expect(report[1]).toContain('EADDRINUSE');
  expect(report[2]).toContain('run it again');
  expect(report.at(-1)).toBe('    line 19');
  expect(report).toHaveLength(3 + 1 + 8);
});

function chapter(
  restoration: 'on' | 'off',
  address: string,
  trusted: boolean,
  result: Chapter['result'],
): Chapter {
  const row = toSignInRow({
    id: '7d9d5c9e-7a52-4a3e-8c0e-0d6a4a5b1c2d',
    at: new Date('2026-11-23T02:03:04.000Z'),
    person: { id: '1', name: 'Demo Person', username: 'person@contoso.test' },
    app: { id: 'app', name: 'App', native: true },
    source: { address, port: 1, edge: addresses.edge, uniqueId: null },
    userAgent: '',
    interactive: true,
    verdict: { policyId: '1', policy: 'Only from here', trusted, location: 'here', reason: '' },
    fault: null,
  });
  return { restoration, result, row };
}
