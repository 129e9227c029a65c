// The words of each state: all there, in whole sentences, with the names and times that they are about.
import { describe, expect, test } from 'vitest';
import { statusWords } from '../../../../agent/core/status-words.ts';
import type { SeenQuestion } from '../../../../agent/core/seen-as.ts';
import type { ConnectionState } from '../../../../protocol/status.ts';
import { cause, edge, everyState, since, states } from '../../../support/shown-states.ts';
import { inputs, watched } from '../../../support/status-inputs.ts';
import { faultsOf, wordsContext } from '../../../support/words.ts';

function wordsOf(connection: ConnectionState, list: readonly SeenQuestion[] = inputs().watched) {
  return statusWords(wordsContext({ connection, inputs: inputs({ watched: list }) }));
}

describe.each(everyState)('%j', (connection, shield) => {
  test(`shows the shield ${shield} and speaks in whole sentences`, () => {
    const words = wordsOf(connection);
    expect(words.shield).toBe(shield);
    expect(words.title).toMatch(/^[A-Z].*[^.]$/);
    const { sentence, cause, remedy } = words;
    expect([sentence, cause, remedy].filter((text) => text !== null).flatMap(faultsOf)).toEqual([]);
    // What is wrong is told with its cause and what to do; only when all is well there is neither.
    expect([cause === null, remedy === null]).toEqual(shield === 'on' ? [true, true] : [false, false]);
  });
});

test('each state has a title and a sentence that tell it from the others', () => {
  const titles = everyState.map(([connection]) => wordsOf(connection).title);
  expect(new Set(titles).size).toBe(everyState.length);
});

test('the cause, the edge, the page and the attempt that are known are told', () => {
  for (const kind of ['edge-unreachable', 'device-refused', 'edge-untrusted', 'sign-in-needed'] as const) {
    expect(wordsOf(states[kind][0]).cause).toBe(cause);
  }
  for (const kind of ['device-refused', 'edge-untrusted'] as const) {
    expect(wordsOf(states[kind][0]).sentence).toContain(`${edge} answers`);
  }
  expect(wordsOf({ kind: 'captive-portal', since, page: '192.0.2.1' }).cause).toContain('192.0.2.1');
  expect(wordsOf(states.connecting[0]).cause).toBe('Attempt 2.');
});

test('times are told without a preposition of their own, with the day where it is another', () => {
  const until = '2026-11-24T00:05:00.000Z';
  expect(wordsOf({ kind: 'paused', since, until }).cause).toBe(
    'By you at 09:30, until 24 November at 00:05.',
  );
  expect(wordsOf(states.paused[0]).cause).toBe('By you at 09:30, until 10:30.');
  expect(wordsOf({ kind: 'no-internet', since: '2026-11-22T18:00:00.000Z' }).cause).toBe(
    'No network has a way to the internet since 22 November at 18:00.',
  );
});

test('off: every own address is named, or none where none is known', () => {
  const off = states.disabled[0];
  const sentence = (own: readonly string[]) =>
    statusWords(wordsContext({ connection: off, own })).sentence.replace(/^.*Every/, 'Every');
  expect(sentence([])).toBe('Every service, Entra ID included, will see your own address.');
  expect(sentence(['203.0.113.7', '2001:db8::7'])).toBe(
    'Every service, Entra ID included, will see your own address, 203.0.113.7 or 2001:db8::7.',
  );
});

describe('while no edge answers', () => {
  const direct = { action: 'direct', reason: 'hardening-bypass' } as const;
  const block = { action: 'block', reason: 'hardening-block' } as const;
  test.each([
    [
      'sign-ins and mail are held',
      [watched('Entra ID', 'Sign-in', null, block), watched('Exchange', 'Exchange', null, block)],
      'No edge answers. New sign-ins fail until one does. Other Microsoft 365 traffic stops too.',
      'Until an edge answers, Entra ID and Exchange wait and the rest leaves directly.',
    ],
    [
      'sign-ins are held, files are not',
      [watched('Entra ID', 'Sign-in', null, block), watched('SharePoint', 'SharePoint', null, direct)],
      'No edge answers. New sign-ins fail until one does. Other Microsoft 365 traffic leaves directly.',
      'Until an edge answers, sign-in waits and the rest leaves directly.',
    ],
    [
      'nothing is held',
      [watched('Entra ID', 'Sign-in', null, direct)],
      'No edge answers. Sign-ins leave directly meanwhile.',
      'Until an edge answers, everything leaves directly.',
    ],
  ])('%s', (_, list, unreachable, connecting) => {
    expect(wordsOf(states['edge-unreachable'][0], list).sentence).toBe(unreachable);
    // As long as there is hope, what is refused later waits.
    const waiting = list.map(({ decision, ...one }) => {
      const waits = { ...decision, action: 'tunnel', reason: 'edge-awaited' } as const;
      return { ...one, decision: decision.action === 'block' ? waits : decision };
    });
    expect(wordsOf(states.connecting[0], waiting).sentence).toBe(connecting);
  });
});

test('one thing to look at is told by its title, several by their number, and the first by its cause', () => {
  const refused = { kind: 'profile-refused', cause: 'name: Too small' } as const;
  const one = statusWords(
    wordsContext({ attention: [{ kind: 'channels-unreachable', unreachable: ['a'] }] }),
  );
  const two = statusWords(wordsContext({ attention: [refused, { kind: 'foreign-edge' }] }));
  expect(one).toMatchObject({ shield: 'attention', title: '1 of 0 channels unreachable' });
  expect(two).toMatchObject({ shield: 'attention', title: 'Connected, 2 things to look at' });
  expect(two.cause).toContain('name: Too small');
});
