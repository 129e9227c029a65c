// What a preload script is told as an argument comes out as it went in.
import { expect, test } from 'vitest';
import { factsArgument, factsFrom } from '../../../../app/shared/window-facts.ts';

const facts = {
  shell: { kind: 'desktop', version: '0.1.0', systemLanguage: 'de' },
  calls: ['state.get'],
  events: ['state'],
} as const;

test('among other arguments it is found', () => {
  expect(factsFrom(['electron', '--type=renderer', factsArgument(facts)])).toEqual(facts);
});

test('without it there is no bridge', () => {
  expect(() => factsFrom(['electron'])).toThrow('--opengsa-window=');
});
