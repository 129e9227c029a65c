// The words for what needs a look: each kind has its own, with the names and addresses that it is about.
import { describe, expect, test } from 'vitest';
import { attentionWords, type AttentionWords } from '../../../../agent/core/attention-words.ts';
import type { StatusInputs } from '../../../../agent/core/status-inputs.ts';
import type { Attention, Status } from '../../../../protocol/status.ts';
import { everyAttention } from '../../../support/shown-states.ts';
import { inputs, watched } from '../../../support/status-inputs.ts';
import { faultsOf, wordsContext } from '../../../support/words.ts';

function channel(name: string, cause: string | null): Status['channels'][number] {
  return {
    ...{ name, edge: 'edge-1.contoso.test', state: cause === null ? 'up' : 'unreachable', cause },
    ...{ protocol: null, sessions: 0, since: null, latencyMs: null, bytesSent: 0, bytesReceived: 0 },
  };
}

function wordsOf(attention: Attention, changes: Partial<StatusInputs> = {}): AttentionWords {
  return attentionWords(attention, wordsContext({ inputs: inputs(changes) }));
}

describe.each(Object.values(everyAttention))('$kind', (attention) => {
  test('has a title, and a cause and a remedy in whole sentences', () => {
    const { title, sentence, cause, remedy } = wordsOf(attention);
    expect(title).toMatch(/^[A-Z\d].*[^.]$/);
    expect(title).not.toMatch(/ {2}/);
    expect([cause, remedy, ...(sentence === null ? [] : [sentence])].flatMap(faultsOf)).toEqual([]);
  });

  test('names nobody where the organisation has no name', () => {
    const { cause, remedy } = wordsOf(attention, { enrolment: null });
    expect(`${cause} ${remedy}`).not.toMatch(/Contoso/);
    expect([cause, remedy].flatMap(faultsOf)).toEqual([]);
  });
});

test('the kinds differ in what caused them', () => {
  const causes = Object.values(everyAttention).map((attention) => wordsOf(attention).cause);
  expect(new Set(causes).size).toBe(causes.length);
});

test('signalling off: who, and since when in the person’s time', () => {
  const { cause } = wordsOf(everyAttention['signaling-disabled'], { timeZone: 'Europe/Berlin' });
  expect(cause).toBe('Contoso turned signalling off on 22 November at 09:55.');
});

test.each([
  [[], 'No check could prove the address of this network.'],
  [['203.0.113.7'], 'No check could prove the address of this network.'],
  [['203.0.113.7', '203.0.113.9'], 'Two checks disagree: 203.0.113.7 and 203.0.113.9.'],
  [['192.0.2.1', '192.0.2.2', '192.0.2.3'], '3 checks disagree: 192.0.2.1, 192.0.2.2 and 192.0.2.3.'],
])('an address not proven, with the candidates %j', (candidates, cause) => {
  expect(wordsOf({ kind: 'address-ambiguous', family: 'ipv4', candidates }).cause).toBe(cause);
});

test('channels: how many of how many, and the first cause that is known', () => {
  const channels = [
    channel('Private', null),
    { ...channel('Entra ID', null), state: 'unreachable' as const },
    channel('Microsoft 365', 'edge-1 gave no answer within 5 s.'),
  ];
  expect(
    wordsOf({ kind: 'channels-unreachable', unreachable: ['Entra ID', 'Microsoft 365'] }, { channels }),
  ).toMatchObject({
    title: '2 of 3 channels unreachable',
    cause: 'edge-1 gave no answer within 5 s.',
  });
  expect(wordsOf({ kind: 'channels-unreachable', unreachable: ['Entra ID'] }, { channels }).cause).toBe(
    'The edge gave no answer.',
  );
});

describe('a mismatch', () => {
  const direct = { action: 'direct', reason: 'rule-bypass' } as const;
  const cases: readonly [string, StatusInputs['watched'], string][] = [
    [
      'few leave directly',
      [
        watched('Entra ID', 'Sign-in', 'anchor'),
        watched('Graph', 'Graph', 'anchor'),
        watched('Exchange', 'Exchange', null, direct),
      ],
      'Exchange leaves directly (the rule says bypass); the others go through the edge.',
    ],
    [
      'few go through the edge',
      [
        watched('Entra ID', 'Sign-in', 'anchor'),
        watched('Graph', 'Graph', null, direct),
        watched('Exchange', 'Exchange', null, direct),
      ],
      'Sign-in goes through the edge (the rule says forward); the others leave directly.',
    ],
    [
      'all go through the edge; one that is blocked and the organisation’s own do not count',
      [
        watched('login.contoso.test', null, null, direct),
        watched('Entra ID', 'Sign-in', 'anchor'),
        watched('Graph', 'Graph', 'anchor'),
        watched('Exchange', 'Exchange', null, { action: 'block', reason: 'hardening-block' }),
      ],
      'The edge sends them out from different addresses.',
    ],
  ];
  test.each(cases)('%s', (_, list, cause) => {
    expect(wordsOf(everyAttention['address-mismatch'], { watched: list }).cause).toBe(cause);
  });

  test('says which service will see which address', () => {
    expect(wordsOf(everyAttention['address-mismatch']).sentence).toBe(
      'Sign-in will see 198.51.100.5, Graph will see 203.0.113.7.',
    );
  });
});
