// The sentence that says who will see which address, for the destinations that matter most.
import type { Language } from '../../protocol/language.ts';
import type { SeenAs } from '../../protocol/seen-as.ts';
import { knownAddresses } from './prediction.ts';
import { isPassedOn, type SeenQuestion } from './seen-as.ts';
import type { Sight } from './words/sight.ts';
import { wordsIn } from './words/words.ts';

/** `login.contoso.test will see your address, 203.0.113.7. Entra ID will see the edge, 198.51.100.5.` */
export function predictionSentence(
  watched: readonly SeenQuestion[],
  seen: readonly SeenAs[],
  language: Language,
): string {
  const words = wordsIn(language).prediction;
  const alike = new Map<string, { readonly sight: Sight; readonly labels: readonly string[] }>();
  for (const { label, answer } of chosen(watched, seen)) {
    const sight = sightOf(answer);
    const key = JSON.stringify(sight);
    alike.set(key, { sight, labels: [...(alike.get(key)?.labels ?? []), label] });
  }
  if (alike.size === 0) return words.nothing;
  return [...alike.values()].map(({ sight, labels }) => words.sentence(labels, sight)).join(' ');
}

type Chosen = { readonly label: string; readonly answer: SeenAs };

/** One of the organisation's own, a sign-in first, and Microsoft's sign-in: more does not fit a sentence. */
function chosen(watched: readonly SeenQuestion[], seen: readonly SeenAs[]): readonly Chosen[] {
  const all = watched.flatMap((w, i) => {
    const answer = seen[i];
    return answer === undefined ? [] : [{ w, answer }];
  });
  const own = all.filter(({ w }) => w.group === null);
  const first = own.find(({ w }) => w.decision.authentication === 'sign-in') ?? own[0];
  const entra = all.find(({ w }) => w.group === 'Sign-in');
  return [first, entra].flatMap((one) =>
    one === undefined ? [] : [{ label: one.w.label, answer: one.answer }],
  );
}

function sightOf(answer: SeenAs): Sight {
  const addresses = knownAddresses(answer.addresses);
  switch (answer.path) {
    case 'blocked':
      return { kind: 'blocked' };
    case 'direct':
      return { kind: 'own', addresses };
    case 'unknown':
      return { kind: 'unknown' };
    case 'edge':
      if (answer.reason === 'own-address-unknown' && addresses.length === 0) return { kind: 'being-checked' };
      if (answer.reason === 'address-not-proven' && addresses.length === 0) return { kind: 'not-proven' };
      if (isPassedOn(answer)) return { kind: 'passed-on', addresses };
      if (answer.reason === 'foreign-edge') return { kind: 'foreign-edge' };
      if (answer.reason === 'view-awaited') return { kind: 'not-told' };
      return { kind: 'edge', addresses };
  }
}
