// The words for a prediction: every reason has a sentence, and none claims too much.
import { describe, expect, test } from 'vitest';
import {
  reasonWords,
  unverifiedWords,
  verdictWords,
  verificationWords,
} from '../../../../protocol/words/seen-as.ts';
import type { Verification } from '../../../../protocol/seen-as.ts';
import { germanFaultsOf } from '../../../support/german.ts';
import { faultsOf } from '../../../support/words.ts';

type Unverified = Extract<Verification, { kind: 'not-verified' }>;
const at = '2026-11-27T09:50:00.000Z';
const url = 'https://whoami.contoso.test/';

test.each([
  ...['own-edge', 'not-enrolled', 'paused', 'disconnected', 'no-rule', 'rule-bypass', 'policy-disabled'],
  ...['class-direct', 'hardening-bypass', 'hardening-block', 'microsoft-direct', 'microsoft-undecided'],
  ...['microsoft-view-awaited', 'microsoft-anchor', 'address-passed-on', 'own-address-unknown'],
  ...['address-not-proven', 'signaling-disabled', 'statement-not-read', 'class-anchor', 'class-opaque'],
  ...['class-tenant-restriction', 'foreign-edge', 'view-awaited'],
])('the reason %s is said in a whole sentence of its own', (reason) => {
  const sentence = reasonWords({ reason }, 'en');
  expect(faultsOf(sentence)).toEqual([]);
  expect(germanFaultsOf(sentence, reasonWords({ reason }, 'de'))).toEqual([]);
  expect(sentence).not.toContain(reason.includes('-') ? reason : '(');
});

test('a reason without words is told as it is', () => {
  expect(reasonWords({ reason: 'of-tomorrow' }, 'en')).toBe('The reason is of-tomorrow.');
});

test('verdicts', () => {
  const inside = [
    { name: 'Berlin office', trusted: true, source: 'imported' as const },
    { name: 'Contoso', trusted: false, source: 'edge' as const },
  ];
  expect(verdictWords({ kind: 'inside', locations: inside }, 'en')).toBe(
    'in Berlin office (trusted), Contoso',
  );
  expect(verdictWords({ kind: 'outside' }, 'en')).toBe('outside all');
  expect(verdictWords({ kind: 'not-judged', reason: 'no-locations' }, 'en')).toBe('not judged');
});

test('verdicts in German', () => {
  const locations = [{ name: 'Büro Berlin', trusted: true, source: 'edge' as const }];
  expect(verdictWords({ kind: 'inside', locations }, 'de')).toBe('in Büro Berlin (vertrauenswürdig)');
  expect(verdictWords({ kind: 'outside' }, 'de')).toBe('in keinem');
  expect(verdictWords({ kind: 'not-judged', reason: 'no-locations' }, 'de')).toBe('nicht beurteilt');
});

describe('verifications', () => {
  test.each<[string, Verification | null]>([
    ['agrees', { kind: 'agrees', address: '203.0.113.7', url, at }],
    ['differs: it saw 203.0.113.9', { kind: 'differs', address: '203.0.113.9', url, at }],
    ['it saw 203.0.113.9', { kind: 'unpredicted', address: '203.0.113.9', url, at }],
    ['not verified', { kind: 'not-verified', reason: 'timeout', detail: '', url, at }],
    ['not asked', null],
  ])('%s', (words, verification) => {
    expect(verificationWords(verification, 'en')).toBe(words);
    expect(germanFaultsOf(words, verificationWords(verification, 'de'))).toEqual([]);
  });

  test.each<Unverified['reason']>([
    ...(['no-reflection', 'other-path', 'blocked', 'refused', 'untrusted', 'unreachable'] as const),
    ...(['timeout', 'unexpected-answer', 'changed-meanwhile'] as const),
  ])('%s has a sentence, with and without detail', (reason) => {
    for (const detail of ['', 'what exactly']) {
      for (const service of [url, null]) {
        const given: Unverified = { kind: 'not-verified', reason, detail, url: service, at };
        const sentence = unverifiedWords(given, 'en');
        expect(faultsOf(sentence)).toEqual([]);
        expect(germanFaultsOf(sentence, unverifiedWords(given, 'de'), [detail, url])).toEqual([]);
      }
    }
  });
});
