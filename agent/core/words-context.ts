// What the words of a status are chosen from, and how an organisation is named in them.
import type { SeenAs } from '../../protocol/seen-as.ts';
import type { Attention, ConnectionState } from '../../protocol/status.ts';
import type { StatusInputs } from './status-inputs.ts';

export type WordsContext = {
  readonly inputs: StatusInputs;
  readonly connection: ConnectionState;
  readonly attention: readonly Attention[];
  /** In the order of `inputs.watched`. */
  readonly seen: readonly SeenAs[];
  readonly own: readonly string[];
  readonly now: number;
};

/** The organisation as the subject of a sentence. */
export function organisationName({ enrolment }: StatusInputs): string {
  return enrolment?.organisation ?? 'Your organisation';
}

/** Whom to ask. */
export function itName({ enrolment }: StatusInputs): string {
  const name = enrolment?.organisation ?? null;
  return name === null ? 'your IT' : `${name} IT`;
}
