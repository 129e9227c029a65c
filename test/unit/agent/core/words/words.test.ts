// Everything that a status says, in German beside English: each state, each kind of attention, each row of the table.
import { describe, expect, test } from 'vitest';
import { attentionWords } from '../../../../../agent/core/attention-words.ts';
import { projectStatus } from '../../../../../agent/core/status.ts';
import { statusWords } from '../../../../../agent/core/status-words.ts';
import { wordsIn } from '../../../../../agent/core/words/words.ts';
import type { Language } from '../../../../../protocol/language.ts';
import { germanFaultsOf } from '../../../../support/german.ts';
import { cause, everyAttention, everyState } from '../../../../support/shown-states.ts';
import { inputs, now } from '../../../../support/status-inputs.ts';
import { statusTable } from '../../../../support/status-table.ts';
import { statusTableGerman } from '../../../../support/status-table-german.ts';
import { wordsContext } from '../../../../support/words.ts';

type Shown = Readonly<Record<string, unknown>>;

/** Pairs of texts that say the same, by the part of the status they are. */
function pairs(english: Shown, german: Shown): readonly [string, string][] {
  return ['title', 'sentence', 'cause', 'remedy'].flatMap((part): [string, string][] => {
    const [a, b] = [english[part], german[part]];
    expect(typeof a).toBe(typeof b);
    return typeof a === 'string' && typeof b === 'string' ? [[a, b]] : [];
  });
}

/** A cause that the tunnel has put into words, and that of a program, stand in both languages. */
function faultsIn(english: Shown, german: Shown, raw: readonly string[] = []): readonly string[] {
  return pairs(english, german).flatMap(([a, b]) => (raw.includes(a) ? [] : germanFaultsOf(a, b, raw)));
}

describe.each(everyState)('%j', (connection) => {
  test('is told in German', () => {
    const [english, german] = (['en', 'de'] as const).map((language) =>
      statusWords(wordsContext({ connection, language })),
    );
    expect(faultsIn(english!, german!, [cause])).toEqual([]);
  });
});

describe.each(Object.values(everyAttention))('$kind', (attention) => {
  test('is told in German', () => {
    const told = (language: Language) => attentionWords(attention, wordsContext({ language }));
    const raw = 'cause' in attention ? [attention.cause] : [];
    const remedies = 'remedy' in attention ? [attention.remedy] : [];
    expect(faultsIn(told('en'), told('de'), [...raw, ...remedies])).toEqual([]);
  });
});

describe('the table of states', () => {
  test.each(statusTable)('%s', (name, changes) => {
    const { title, sentence, cause: why, remedy } = projectStatus(inputs(changes), now, 'de');
    expect({ title, sentence, cause: why, remedy }).toEqual(statusTableGerman[name]);
  });

  test('no German sentence claims that Microsoft is given the person’s address by the edge', () => {
    for (const { sentence } of Object.values(statusTableGerman)) {
      expect(sentence).not.toMatch(/(Entra ID|Graph)( und \S+)* (wird|werden) Ihre Adresse/);
      expect(sentence).not.toMatch(/wiederhergestellt|bewahrt/);
    }
  });
});

test('an organisation without a name is spoken of all the same', () => {
  const { attention, status } = wordsIn('de');
  expect(attention.microsoftUndecided.cause(null)).toMatch(/^Ihre Organisation hat /);
  expect(status.refused.remedy(null)).toMatch(/^Bitten Sie Ihre IT um /);
  expect(wordsIn('en').status.refused.remedy(null)).toMatch(/^Ask your IT for /);
  expect(wordsIn('en').status.offByOrganisation.cause(null)).toMatch(/^Your organisation has /);
});
