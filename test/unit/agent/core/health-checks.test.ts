import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentUnavailable, checks, factsFor, judgeHealth } from '../../../../agent/core/health-checks.ts';
import { wordsIn } from '../../../../agent/core/words/words.ts';
import { healthCheckIds } from '../../../../protocol/health-checks.ts';
import { healthReport } from '../../../../protocol/health-report.ts';
import { collected, healthyFacts, now } from '../../../support/health-facts.ts';

const operations = readFileSync(join(import.meta.dirname, '../../../../docs/operations.md'), 'utf8');

describe('the report of a healthy machine', () => {
  const report = judgeHealth(healthCheckIds, collected(), 'en');

  test('has every check once, in order, and nothing to mend', () => {
    expect(report.map(({ id }) => id)).toEqual(healthCheckIds);
    expect(report.filter(({ state }) => state !== 'ok' && state !== 'not-applicable')).toEqual([]);
    expect(report.filter(({ remedy }) => remedy !== null)).toEqual([]);
  });

  test('is what the management socket carries, with times that a person can read', () => {
    const sent = { checkedAt: new Date(now).toISOString(), checks: report };
    expect(healthReport.parse(sent)).toEqual(sent);
    expect(report[0]?.durationMs).toBe(1.3);
  });
});

describe('what a check rests on', () => {
  test('a failure is told once: what rests on it is not judged', () => {
    const device = { kind: 'absent', directory: '/d' } as const;
    const report = judgeHealth(healthCheckIds, collected({ device }), 'en');
    expect(report.filter(({ state }) => state === 'failed').map(({ id }) => id)).toEqual(['enrolled']);
    expect(report.find(({ id }) => id === 'tunnel')).toMatchObject({
      state: 'unknown',
      measured: 'not judged while enrolled fails',
      remedy: null,
    });
  });

  test('it is judged too where it was not asked for, and not reported', () => {
    const report = judgeHealth(
      ['certificate-valid'],
      collected({ device: { kind: 'absent', directory: '/d' } }),
      'en',
    );
    expect(report).toMatchObject([{ id: 'certificate-valid', state: 'unknown' }]);
    expect([...factsFor(['edge-reachable'])].toSorted()).toEqual(['device', 'edges']);
  });

  test('every check comes after those that it rests on', () => {
    for (const id of healthCheckIds)
      for (const other of checks[id].after)
        expect(healthCheckIds.indexOf(other), `${id} after ${other}`).toBeLessThan(
          healthCheckIds.indexOf(id),
        );
  });
});

describe('what others have said', () => {
  test('stands, and decides what rests on it', () => {
    const facts = collected({
      session: {
        ...healthyFacts().session,
        expected: {
          httpProxy: null,
          pacUrl: null,
          captured: { name: 'a.test', syntheticRange: '6.6.0.0/16' },
        },
        resolved: ['203.0.113.9'],
      },
    });
    const [running] = judgeHealth(['capture-running'], collected(), 'en');
    if (running === undefined) throw new Error('no result');
    const told = { ...running, state: 'failed', remedy: 'x' } as const;
    expect(judgeHealth(['synthetic-address'], facts, 'en', [told])).toMatchObject([{ state: 'unknown' }]);
    expect(judgeHealth(['synthetic-address'], facts, 'en', [running])).toMatchObject([{ state: 'failed' }]);
  });

  test('an agent that cannot be asked is a failure with a cure', () => {
    expect(agentUnavailable('nothing answers', false, 'en')).toMatchObject({
      id: 'agent-running',
      state: 'failed',
      remedy: expect.stringMatching(/^start it: opengsa agent/) as string,
    });
    expect(agentUnavailable('no access', true, 'en').remedy).toMatch(/administrator/);
    expect(agentUnavailable('no access', true, 'de').remedy).toMatch(/^fragen Sie die IT/);
  });
});

test('a fact that nobody could find out makes its checks unknown, with the reason', () => {
  const facts = { ...collected(), nft: { kind: 'unknown', reason: 'it hung', durationMs: 8000 } } as const;
  expect(judgeHealth(['guard-table'], facts, 'en')).toMatchObject([
    { state: 'unknown', measured: 'it hung', remedy: null, durationMs: 8000 },
  ]);
});

test('in German, too, each check is told with what was found', () => {
  const device = { kind: 'absent', directory: '/d' } as const;
  const report = judgeHealth(['enrolled', 'tunnel'], collected({ device }), 'de');
  expect(report).toMatchObject([
    { title: 'Das Gerät ist registriert', measured: '/d enthält kein Gerät' },
    { title: 'Der Tunnel steht', measured: 'nicht beurteilt, solange enrolled fehlschlägt' },
  ]);
});

const titles = wordsIn('en').health.checks;

test('each check has a row in the manual, with its title, and no row is left over', () => {
  const rows = [...operations.matchAll(/^\| `(?<id>[a-z0-9-]+)` \| (?<title>[^|]+) \| [^|]+ \|$/gm)].map(
    ({ groups }) => [groups?.id, groups?.title],
  );
  expect(rows.filter(([id]) => (healthCheckIds as readonly unknown[]).includes(id))).toEqual(
    healthCheckIds.map((id) => [id, titles[id].title]),
  );
});
