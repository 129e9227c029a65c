// What a person reads about their system proxy, in each state.
import { expect, test } from 'vitest';
import { sessionText } from '../../../../agent/cli/session-text.ts';
import type { SessionReport } from '../../../../agent/core/session-report.ts';

const report: SessionReport = {
  ...{ version: 1, pid: 7, system: 'gnome', place: 'a place', state: { kind: 'set' }, chained: null },
  ...{ current: 'the PAC file http://127.0.0.1:8088/', before: 'no proxy', warnings: [] },
};
const text = (changes: Partial<SessionReport>) => sessionText({ ...report, ...changes }).join('\n');

test('what is set where, what comes back, and what is not as it should be', () => {
  const chained = { source: 'the PAC file http://pac.test/', readAt: '2026-01-01T00:00:00.000Z' };
  expect(text({ chained: { ...chained, fault: null }, warnings: ['one', 'two'] }).split('\n')).toEqual([
    'System proxy  leads to the agent, kept by process 7',
    'Where         a place',
    'Set           the PAC file http://127.0.0.1:8088/',
    'Comes back    no proxy',
    'Behind ours   the PAC file http://pac.test/',
    'Warning       one',
    'Warning       two',
  ]);
  expect(text({ chained: { ...chained, fault: 'gone' } })).toContain(
    'as it was at 2026-01-01T00:00:00.000Z: gone',
  );
});

test.each([
  [
    { kind: 'absent', reason: 'no-agent' },
    /the agent does not run[\s\S]*Your own[\s\S]*when the agent is there/,
  ],
  [{ kind: 'absent', reason: 'disconnected' }, /you have disconnected[\s\S]*Next +opengsa connect/],
  [{ kind: 'absent', reason: 'not-running' }, /no session runs[\s\S]*Next +opengsa session/],
  [{ kind: 'absent', reason: null }, /as it was before\n/],
  [{ kind: 'left-behind' }, /Comes back[\s\S]*Next +opengsa session restore, or opengsa session/],
  [
    { kind: 'taken-over', keys: ['mode'] },
    /by you or another program \(mode\)[\s\S]*opengsa disconnect, then opengsa connect/,
  ],
  [{ kind: 'not-kept', keys: ['url'] }, /does not stay \(url\)[\s\S]*Comes back/],
  [{ kind: 'hindered', cause: 'why' }, /ours would do harm: why/],
  [{ kind: 'failed', cause: 'why' }, /failed: why/],
] as [SessionReport['state'], RegExp][])('%j', (state, words) => {
  expect(text({ state })).toMatch(words);
});
