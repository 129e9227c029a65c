// Which language somebody is spoken to in.
import { expect, test } from 'vitest';
import { chooseLanguage } from '../../../protocol/language.ts';

test.each<[readonly string[], string]>([
  [['de-AT', 'en-US'], 'de'],
  [['en-GB', 'de'], 'en'],
  // What is not spoken here is passed over.
  [['fr-CH', 'DE-ch', 'en'], 'de'],
  [['de-Latn-DE'], 'de'],
  [['de_DE.UTF-8'], 'de'],
  [['de@euro'], 'de'],
  [['C.UTF-8'], 'en'],
  [['POSIX'], 'en'],
  [['', ' '], 'en'],
  [['den', 'english'], 'en'],
  [[], 'en'],
])('%j is answered in %s', (preferences, expected) => {
  expect(chooseLanguage(preferences)).toBe(expected);
});
