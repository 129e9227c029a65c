// Everything that the agent says to people, per language. The catalogues hold text; what is said is decided elsewhere.
import type { Language } from '../../../protocol/language.ts';
import type { Translated } from '../../../protocol/words/translated.ts';
import { attention } from './english/attention.ts';
import { captureObstacles } from './english/capture-obstacles.ts';
import { health } from './english/health.ts';
import { prediction } from './english/prediction.ts';
import { programRules } from './english/program-rules.ts';
import { status } from './english/status.ts';
import { time } from './english/time.ts';
import { attention as germanAttention } from './german/attention.ts';
import { captureObstacles as germanCaptureObstacles } from './german/capture-obstacles.ts';
import { health as germanHealth } from './german/health.ts';
import { prediction as germanPrediction } from './german/prediction.ts';
import { programRules as germanProgramRules } from './german/program-rules.ts';
import { status as germanStatus } from './german/status.ts';
import { time as germanTime } from './german/time.ts';

const english = { attention, captureObstacles, health, prediction, programRules, status, time };

/** English says which sentences there are; every other language has each of them. */
export type Words = Translated<typeof english>;

const catalogues: Readonly<Record<Language, Words>> = {
  en: english,
  de: {
    attention: germanAttention,
    captureObstacles: germanCaptureObstacles,
    health: germanHealth,
    prediction: germanPrediction,
    programRules: germanProgramRules,
    status: germanStatus,
    time: germanTime,
  },
};

export function wordsIn(language: Language): Words {
  return catalogues[language];
}
