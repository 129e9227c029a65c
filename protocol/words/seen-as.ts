// The words for a prediction: whose address, why, where it lies, and how it was verified. Windows and commands share them.
import type { Language } from '../language.ts';
import type { LocationVerdict } from '../location-verdict.ts';
import type { SeenAs, Verification } from '../seen-as.ts';
import { seenAs as english } from './english/seen-as.ts';
import { seenAs as german } from './german/seen-as.ts';
import type { Translated } from './translated.ts';

const catalogues: Readonly<Record<Language, Translated<typeof english>>> = { en: english, de: german };

/** Why a destination will see what it will see, in whole sentences. */
export function reasonWords({ reason }: Pick<SeenAs, 'reason'>, language: Language): string {
  const { reasons, otherReason } = catalogues[language];
  return isKnown(reason) ? reasons[reason] : otherReason(reason);
}

/** `in Berlin office (trusted)`, `outside all`, or that it cannot be said. */
export function verdictWords(verdict: LocationVerdict, language: Language): string {
  const words = catalogues[language].verdict;
  switch (verdict.kind) {
    case 'inside':
      return words.inside(
        verdict.locations.map(({ name, trusted }) => (trusted ? words.trusted(name) : name)),
      );
    case 'outside':
      return words.outside;
    case 'not-judged':
      return words.notJudged;
  }
}

/** A verification in a table's cell. */
export function verificationWords(verification: Verification | null, language: Language): string {
  const words = catalogues[language].verification;
  switch (verification?.kind) {
    case undefined:
      return words.notAsked;
    case 'agrees':
      return words.agrees;
    case 'differs':
      return words.differs(verification.address);
    case 'unpredicted':
      return words.unpredicted(verification.address);
    case 'not-verified':
      return words.notVerified;
  }
}

/** Why something was not verified, in a whole sentence. */
export function unverifiedWords(
  { reason, detail, url }: Extract<Verification, { kind: 'not-verified' }>,
  language: Language,
): string {
  const words = catalogues[language].unverified;
  const sentence = words[reason];
  if (typeof sentence === 'string') return sentence;
  return sentence(url ?? words.theService, detail === '' ? '' : `: ${detail}`);
}

function isKnown(reason: string): reason is keyof typeof english.reasons {
  return Object.hasOwn(english.reasons, reason);
}
