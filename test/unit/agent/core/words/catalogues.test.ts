// Every sentence of the catalogues whose parameters are plain texts and numbers, in German beside English.
import { describe, expect, test } from 'vitest';
import { wordsIn } from '../../../../../agent/core/words/words.ts';
import { healthCheckIds } from '../../../../../protocol/health-checks.ts';
import { germanFaultsOf } from '../../../../support/german.ts';

type Sentence = { readonly key: string; readonly english: unknown; readonly german: unknown };

/** The leaves of two catalogues of the same shape. */
function sentences(english: object, german: object, path: readonly string[] = []): readonly Sentence[] {
  expect(Object.keys(german).toSorted()).toEqual(Object.keys(english).toSorted());
  return Object.entries(english).flatMap(([name, value]): readonly Sentence[] => {
    const other = (german as Readonly<Record<string, unknown>>)[name];
    const key = [...path, name].join('.');
    return typeof value === 'object' && value !== null
      ? sentences(value as object, other as object, [...path, name])
      : [{ key, english: value, german: other }];
  });
}

/** With marks in place of what goes into it. */
function filled(sentence: unknown, parameters: number): string {
  if (typeof sentence === 'string') return sentence;
  const marks = Array.from({ length: parameters }, (_, i) => `«${i + 1}»`);
  return (sentence as (...values: readonly string[]) => string)(...marks);
}

const [en, de] = [wordsIn('en'), wordsIn('de')];
const all = (['health', 'captureObstacles', 'programRules'] as const).flatMap((name) =>
  sentences(en[name], de[name], [name]),
);

describe.each(all)('$key', ({ english, german }) => {
  const parameters = typeof english === 'function' ? english.length : 0;
  const [inEnglish, inGerman] = [filled(english, parameters), filled(german, parameters)];

  test('is real German', () => {
    expect(germanFaultsOf(inEnglish, inGerman)).toEqual([]);
  });

  test('says everything that goes into the English sentence', () => {
    for (let i = 1; i <= parameters; i++) {
      expect(inEnglish).toContain(`«${i}»`);
      expect(inGerman).toContain(`«${i}»`);
    }
  });
});

test('every health check has its words: title and why in whole sentences, the rest as a part of one', () => {
  for (const words of [en.health.checks, de.health.checks]) {
    expect(Object.keys(words).toSorted()).toEqual([...healthCheckIds].toSorted());
    for (const { title, why } of Object.values(words)) {
      expect(title).toMatch(/^\p{L}.*[^.]$/u);
      expect(why).toMatch(/^\p{Lu}.*\.$|^systemd-resolved .*\.$/u);
    }
  }
});
