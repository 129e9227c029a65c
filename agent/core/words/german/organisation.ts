// How an organisation is named in German, and whom a person is told to ask.
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { organisation as english } from '../english/organisation.ts';

export const organisation: Translated<typeof english> = {
  name: (name) => name ?? 'Ihre Organisation',
  // In the accusative.
  it: (name) => (name === null ? 'Ihre IT' : `die IT von ${name}`),
};
