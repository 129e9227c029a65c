// Who is signed in, as a value: what the status shows of it, and what it does to the connection.
import { describe, expect, test } from 'vitest';
import {
  linkWithPerson,
  personPhase,
  type PersonState,
  renewalAfter,
  shownPerson,
} from '../../../../agent/core/person-state.ts';

const at = Date.parse('2026-11-23T09:00:00Z');
const link = { kind: 'connected', edge: 'edge.contoso.test', since: at } as const;
const megan = { name: 'megan@contoso.test', signedInAt: at };
const states: Record<PersonState['kind'], PersonState> = {
  'signed-out': { kind: 'signed-out' },
  proving: { kind: 'proving', ...megan, cause: 'The issuer does not answer.' },
  'signed-in': { kind: 'signed-in', ...megan, session: 's' },
  ended: { kind: 'ended', name: megan.name, cause: 'It has expired.', since: at + 1 },
};

test.each<[PersonState['kind'], string | null]>([
  ['signed-out', null],
  ['proving', megan.name],
  ['signed-in', megan.name],
  ['ended', null],
])('%s shows %s', (kind, name) => {
  expect(shownPerson(states[kind])?.name ?? null).toBe(name);
});

describe('a connection', () => {
  test('stays as it is where nobody is required, and while it does not stand', () => {
    for (const state of Object.values(states)) expect(linkWithPerson(link, state, [])).toBe(link);
    const down = { kind: 'no-internet', since: at } as const;
    expect(linkWithPerson(down, states['signed-out'], ['m365'])).toBe(down);
  });

  test.each<[PersonState['kind'], string]>([
    ['signed-out', 'sign-in-needed'],
    ['proving', 'connecting'],
    ['signed-in', 'connected'],
    ['ended', 'sign-in-needed'],
  ])('with a required person and %s is %s', (kind, shown) => {
    expect(linkWithPerson(link, states[kind], ['m365']).kind).toBe(shown);
  });

  test('says why a sign-in is needed', () => {
    expect(linkWithPerson(link, states.proving, ['m365'])).toMatchObject({
      cause: 'The issuer does not answer.',
    });
    expect(linkWithPerson(link, states.ended, ['m365'])).toMatchObject({
      cause: 'It has expired.',
      since: at + 1,
    });
    expect(linkWithPerson(link, states['signed-out'], ['m365'])).toMatchObject({
      cause: expect.stringContaining('lets Microsoft traffic through for signed-in people only') as unknown,
    });
  });
});

test.each<[PersonState['kind'], string]>([
  ['signed-out', 'down'],
  ['proving', 'connecting'],
  ['signed-in', 'up'],
  ['ended', 'down'],
])('traffic of people only, %s: %s', (kind, phase) => {
  expect(personPhase(states[kind])).toBe(phase);
});

test('a session is renewed after two thirds of its time, and never at once', () => {
  expect(renewalAfter(at, at + 3600_000)).toBe(2400_000);
  expect(renewalAfter(at, at)).toBe(2_000);
  expect(renewalAfter(at, at - 5)).toBe(2_000);
});
