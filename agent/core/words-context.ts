// What the words of a status are chosen from.
import type { Language } from '../../protocol/language.ts';
import type { SeenAs } from '../../protocol/seen-as.ts';
import type { Attention, ConnectionState } from '../../protocol/status.ts';
import type { StatusInputs } from './status-inputs.ts';
import { type Moment, momentOf } from './time-words.ts';

export type WordsContext = {
  readonly language: Language;
  readonly inputs: StatusInputs;
  readonly connection: ConnectionState;
  readonly attention: readonly Attention[];
  /** In the order of `inputs.watched`. */
  readonly seen: readonly SeenAs[];
  readonly own: readonly string[];
  readonly now: number;
};

/** The organisation that is named in sentences; null where it has no name. */
export function organisationOf({ enrolment }: StatusInputs): string | null {
  return enrolment?.organisation ?? null;
}

/** @param iso as the status has it */
export function momentIn({ inputs, now, language }: WordsContext, iso: string): Moment {
  return momentOf(Date.parse(iso), now, inputs.timeZone, language);
}
