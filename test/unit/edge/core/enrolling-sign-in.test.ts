// What is asked of a sign-in before it enrols a device, and how the person is told what is missing.
import { describe, expect, test } from 'vitest';
import { judgeEnrolling, longestSinceIssuedMs } from '../../../../edge/core/enrolling-sign-in.ts';
import type { Judged } from '../../../../edge/core/id-token.ts';
import { personRefusals } from '../../../../protocol/person.ts';

const nowMs = 1_780_000_000_000;
const minute = 60_000;
const person = { issuer: 'https://login.contoso.test', subject: 'megan', name: 'megan@contoso.test' };
const good = {
  ...({ kind: 'person', person, begins: true } as const),
  groups: ['sales', 'berlin'],
  expiresAtMs: nowMs + 60 * minute,
  issuedAtMs: nowMs,
  authenticatedAtMs: null,
} satisfies Judged;

const anybody = { maxAgeMs: null, groups: [], nowMs };
const judge = (judged: Partial<Extract<Judged, { kind: 'person' }>>, maxAgeMs: number | null = null) =>
  judgeEnrolling({ ...good, ...judged }, { ...anybody, maxAgeMs });

describe('a sign-in that was made for this device', () => {
  test('counts', () => expect(judge({})).toEqual({ kind: 'counts', person }));

  test('a while ago counts, within the tolerance of clocks', () => {
    const oldest = nowMs - longestSinceIssuedMs - minute;
    expect(judge({ issuedAtMs: oldest })).toEqual({ kind: 'counts', person });
    expect(judge({ issuedAtMs: oldest - 1 })).toMatchObject({
      why: 'it was made too long ago; sign in again',
    });
  });

  test.each<[string, number | null, string]>([
    ['just then', nowMs, 'counts'],
    ['as long ago as may be', nowMs - 6 * minute, 'counts'],
    ['longer ago', nowMs - 6 * minute - 1, 'refused'],
    ['at a time that is not told', null, 'refused'],
  ])('of a person who proved who they are %s, where that matters', (_, authenticatedAtMs, kind) => {
    expect(judge({ authenticatedAtMs }, 5 * minute).kind).toBe(kind);
    expect(judge({ authenticatedAtMs }).kind).toBe('counts');
  });
});

test('of groups that may, the person has to be in one', () => {
  const ofGroups = (groups: string[], own: string[] = good.groups) =>
    judgeEnrolling({ ...good, groups: own }, { ...anybody, groups }).kind;
  expect(ofGroups(['Sales', 'berlin'])).toBe('counts');
  expect(ofGroups(['Sales'])).toBe('refused');
  expect(ofGroups(['sales'], [])).toBe('refused');
});

describe('a sign-in that was not', () => {
  test('does not count', () => {
    const told = judgeEnrolling({ kind: 'refused', reason: 'nonce' }, anybody);
    expect(told).toEqual(judge({ begins: false }));
    expect(told).toEqual({ kind: 'refused', why: 'it was not made for this device and this edge' });
  });
});

test('every other refusal is told as people at devices are told it; what may change in a moment is no refusal', () => {
  for (const reason of Object.keys(personRefusals) as (keyof typeof personRefusals)[]) {
    if (reason === 'nonce') continue;
    const kind = reason === 'keys-unavailable' ? 'undecided' : 'refused';
    expect(judgeEnrolling({ kind: 'refused', reason }, anybody)).toEqual({
      kind,
      why: personRefusals[reason],
    });
  }
});
