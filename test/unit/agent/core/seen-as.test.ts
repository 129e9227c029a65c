// One destination as people see it: the prediction, its named location, and what was heard while that is true.
import { describe, expect, test } from 'vitest';
import { predict } from '../../../../agent/core/prediction.ts';
import { isPassedOn, seenAs, type SeenFacts, type SeenQuestion } from '../../../../agent/core/seen-as.ts';
import { seenFacts } from '../../../../agent/core/status.ts';
import { premiseOf } from '../../../../agent/core/verification.ts';
import { buildLocationIndex, type SourcedLocation } from '../../../../protocol/location-verdict.ts';
import { type Verification, seenAs as seenAsSchema } from '../../../../protocol/seen-as.ts';
import { edgeAddress, egress, inputs, ownAddress, watched } from '../../../support/status-inputs.ts';

const office: SourcedLocation = {
  ...{ kind: 'ranges', name: 'Office', trusted: true, source: 'edge' },
  ranges: ['203.0.113.0/24'],
};
const facts: SeenFacts = { ...seenFacts(inputs()), locations: buildLocationIndex([office]) };
const login = watched('login.contoso.test', null, 'proxy-v2');
const at = '2026-11-27T09:50:00.000Z';
const url = 'https://login.contoso.test/whoami';
const agrees: Verification = { kind: 'agrees', address: ownAddress, url, at };

function heard(question: SeenQuestion, verification: Verification, given = facts): SeenQuestion {
  const premise = premiseOf(predict(question, given), given.circumstances);
  return { ...question, heard: { verification, premise } };
}

describe('named locations', () => {
  test('each family is judged by itself', () => {
    const both = { ...facts, egress: { ...facts.egress, ipv6: egress('confirmed', '2001:db8::7') } };
    const direct = watched('graph', 'Graph', null, { action: 'direct', reason: 'microsoft-direct' });
    const answer = seenAs(direct, both);
    expect(answer.addresses).toMatchObject({
      ipv4: { verdict: { kind: 'inside', locations: [{ name: 'Office', trusted: true }] } },
      ipv6: { verdict: { kind: 'outside' } },
    });
    expect(seenAsSchema.parse(answer)).toEqual(answer);
  });

  test('an address that is not known is not judged, a family without one has no verdict', () => {
    const unknown = { ...facts, egress: { ...facts.egress, ipv4: egress('stale', ownAddress) } };
    expect(seenAs(login, unknown).addresses).toEqual({
      ipv4: { state: 'unknown', address: null, verdict: { kind: 'not-judged', reason: 'address-unknown' } },
      ipv6: { state: 'none', address: null, verdict: null },
    });
  });
});

describe('what was heard', () => {
  test('that agrees makes the prediction an observation', () => {
    expect(seenAs(login, facts)).toMatchObject({ basis: 'predicted', verification: null });
    expect(seenAs(heard(login, agrees), facts)).toMatchObject({ basis: 'observed', verification: agrees });
  });

  test('that differs leaves the prediction what it is', () => {
    const differs: Verification = { ...agrees, kind: 'differs', address: edgeAddress };
    expect(seenAs(heard(login, differs), facts)).toMatchObject({
      ...{ basis: 'predicted', verification: differs },
      addresses: { ipv4: { address: ownAddress } },
    });
  });

  test('fills in what could not be predicted, and is judged', () => {
    const foreign: SeenFacts = { ...facts, view: { kind: 'foreign' } };
    const told: Verification = { ...agrees, kind: 'unpredicted', address: '203.0.113.99' };
    expect(seenAs(heard(login, told, foreign), foreign)).toMatchObject({
      ...{ basis: 'observed', reason: 'foreign-edge' },
      addresses: { ipv4: { state: 'known', address: '203.0.113.99', verdict: { kind: 'inside' } } },
    });
  });

  test('is shown while it is true, and no longer', () => {
    const question = heard(login, agrees);
    const roamed = { ...facts, circumstances: { ...facts.circumstances, generation: 2 } };
    expect(seenAs(question, roamed)).toMatchObject({ basis: 'predicted', verification: null });
    const paused = {
      ...question,
      decision: { ...question.decision, action: 'direct', reason: 'paused' } as const,
    };
    expect(seenAs(paused, facts).verification).toBeNull();
  });
});

test('passed on is what the edge states of the person, nothing else', () => {
  expect(isPassedOn(seenAs(login, facts))).toBe(true);
  expect(isPassedOn(seenAs(watched('Entra ID', 'Sign-in', 'proxy-v2'), facts))).toBe(false);
  expect(
    isPassedOn(seenAs(watched('a.test', null, null, { action: 'direct', reason: 'paused' }), facts)),
  ).toBe(false);
});

test('inspection on the device changes the class and no address; a blocked destination keeps its own', () => {
  const inspected: SeenQuestion = { ...login, inspected: true };
  expect(seenAs(inspected, facts)).toEqual({ ...seenAs(login, facts), class: 'tenant-restriction' });
  const blocked: SeenQuestion = { ...inspected, decision: { ...login.decision, action: 'block' } };
  expect(seenAs(blocked, facts).class).not.toBe('tenant-restriction');
});
