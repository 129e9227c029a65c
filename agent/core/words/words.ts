// Everything that the agent says to people, per language. The catalogues hold text; what is said is decided elsewhere.
import type { Language } from '../../../protocol/language.ts';
import type { Translated } from '../../../protocol/words/translated.ts';
import { attention } from './english/attention.ts';
import { prediction } from './english/prediction.ts';
import { status } from './english/status.ts';
import { time } from './english/time.ts';
import { attention as germanAttention } from './german/attention.ts';
import { prediction as germanPrediction } from './german/prediction.ts';
import { status as germanStatus } from './german/status.ts';
import { time as germanTime } from './german/time.ts';

const english = { attention, prediction, status, time };

/** English says which sentences there are; every other language has each of them. */
export type Words = Translated<typeof english>;

const catalogues: Readonly<Record<Language, Words>> = {
  en: english,
  de: {
    attention: germanAttention,
    prediction: germanPrediction,
    status: germanStatus,
    time: germanTime,
  },
};

export function wordsIn(language: Language): Words {
  return catalogues[language];
}
