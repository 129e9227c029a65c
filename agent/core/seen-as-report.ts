// The answer to "which address will each destination see", made of the same facts as the status.
import type { Language } from '../../protocol/language.ts';
import type { SeenAsReport } from '../../protocol/seen-as-report.ts';
import { mismatchWords } from './attention-words.ts';
import { seenAs, type SeenQuestion } from './seen-as.ts';
import { projectStatus, seenFacts } from './status.ts';
import type { StatusInputs } from './status-inputs.ts';

/** @param asked in the order in which they are answered */
export function seenAsReport(
  inputs: StatusInputs,
  asked: readonly SeenQuestion[],
  now: number,
  language: Language,
): SeenAsReport {
  const status = projectStatus(inputs, now, language);
  const { at, connection, attention, title, organisation, egress, edgeEgress, locations } = status;
  const facts = seenFacts(inputs);
  const mismatch = attention.find((one) => one.kind === 'address-mismatch');
  return {
    ...{ at, connection, title, organisation, egress, edgeEgress, locations },
    destinations: asked.map((question) => seenAs(question, facts)),
    mismatch:
      mismatch === undefined
        ? null
        : { seen: mismatch.seen, ...mismatchWords(mismatch, { inputs, language }) },
  };
}
