// The words of a status for tests: their context, to be varied, and what every one of their sentences must keep to.
import type { WordsContext } from '../../agent/core/words-context.ts';
import { inputs, now, ownAddress } from './status-inputs.ts';

export function wordsContext(changes: Partial<WordsContext> = {}): WordsContext {
  return {
    language: 'en',
    inputs: inputs(),
    connection: { kind: 'connected', edge: 'edge-1.contoso.test', since: '2026-11-23T08:12:00.000Z' },
    attention: [],
    seen: [],
    own: [ownAddress],
    now,
    ...changes,
  };
}

const faults = {
  'does not begin with a capital letter or a name': /^(?![A-Z]|[a-z\d.-]+\.test )/,
  'does not end with a full stop': /[^.]$/,
  'has spaces or full stops in a row': / {2}|\.\.| \.| ,/,
  'shows a value that is none': /undefined|null|NaN|Invalid|\[object/,
  'claims too much': /restored|preserved/i,
  'says that Microsoft is given the address': /(Entra ID|Graph)( and \S+)* will see your address/,
};

/** What is wrong with a sentence; nothing with a good one. */
export function faultsOf(sentence: string): readonly string[] {
  return Object.entries(faults).flatMap(([fault, pattern]) => (pattern.test(sentence) ? [fault] : []));
}
