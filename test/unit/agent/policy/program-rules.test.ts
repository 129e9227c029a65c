// Rules for certain programs: which pattern fits which executable, which rule is first, what is passed over.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { programRules } from '../../../../agent/policy/custom-profile.ts';
import { asksForProgram, isProgramPattern, matchProgram } from '../../../../agent/policy/program-rules.ts';
import { parseAuthority } from '../../../../protocol/destination.ts';

const app = parseAuthority('app.contoso.test:443')!;
const ruleFor = (...programs: readonly string[]) => ({
  ...{ destinations: ['app.contoso.test'], ports: ['443'], hardening: 'block' as const, programs },
});

function fits(pattern: string, executable: string): boolean {
  const process = { uid: 1, pid: 2, executable, unknown: null };
  return matchProgram(app, 'tcp', programRules([ruleFor(pattern)]), process).match !== null;
}

test.each([
  ['/usr/bin/curl', '/usr/bin/curl', true],
  ['/usr/bin/curl', '/usr/bin/curl2', false],
  ['/usr/bin/curl', '/home/me/usr/bin/curl', false],
  ['/usr/bin/Curl', '/usr/bin/curl', false],
  ['/usr/bin/python3.*', '/usr/bin/python3.11', true],
  ['/opt/*/bin/sync', '/opt/contoso/bin/sync', true],
  ['/opt/*/bin/sync', '/opt/contoso/2/bin/sync', false],
  ['/opt/*', '/opt/contoso/sync', false],
  ['/opt/a*b*c', '/opt/abbc', true],
  ['/opt/a*b*c', '/opt/ac', false],
  ['/opt/ab*ba', '/opt/aba', false],
  ['/opt/a.c', '/opt/abc', false],
])('%s for %s: %s', (pattern, executable, expected) => {
  expect(fits(pattern, executable)).toBe(expected);
});

test('a star stands for any run of characters but a slash', () => {
  const piece = fc.stringMatching(/^[ab.*]{1,6}$/);
  const text = fc.stringMatching(/^[ab.]{1,8}$/);
  fc.assert(
    fc.property(piece, text, (pattern, name) => {
      const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
      if (pattern === '.' || pattern === '..') return;
      expect(fits(`/opt/${pattern}`, `/opt/${name}`)).toBe(expression.test(name));
    }),
    { seed: 7, numRuns: 500 },
  );
});

test.each([
  'curl',
  'bin/curl',
  '',
  '/',
  '/usr//bin',
  '/usr/bin/',
  '/usr/../bin/sh',
  '/a\0b',
  `/${'a'.repeat(5_000)}`,
])('%j is no pattern', (text) => expect(isProgramPattern(text)).toBe(false));

describe('of several rules', () => {
  const rules = programRules([ruleFor('/usr/bin/git'), ruleFor('/usr/bin/*')]);
  const of = (executable: string | null) =>
    matchProgram(app, 'tcp', rules, {
      ...{ uid: 1, pid: null, executable, unknown: executable === null ? ('late' as const) : null },
    });

  test('the first that names destination and program holds', () => {
    expect(of('/usr/bin/git').match?.rule.id).toBe('custom-1-fqdn');
    expect(of('/usr/bin/curl').match?.rule.id).toBe('custom-2-fqdn');
    expect(of('/opt/x')).toEqual({ match: null, note: null });
  });

  test('none holds without a program, and whether one was asked about is told', () => {
    expect(of(null)).toEqual({ match: null, note: 'program-unknown' });
    expect(matchProgram(app, 'tcp', rules, null)).toEqual({ match: null, note: 'by-program' });
    expect(matchProgram(parseAuthority('b.test:443')!, 'tcp', rules, null)).toEqual({
      match: null,
      note: null,
    });
  });

  test('a flow waits for its program only where one of them names its destination', () => {
    expect(asksForProgram(app, 'tcp', rules)).toBe(true);
    expect(asksForProgram(app, 'udp', rules)).toBe(false);
    expect(asksForProgram(parseAuthority('app.contoso.test:80')!, 'tcp', rules)).toBe(false);
  });
});
