// The sentence that says who will see which address, for the destinations that matter most.
import type { SeenAs } from '../../protocol/seen-as.ts';
import { knownAddresses } from './prediction.ts';
import { isPassedOn, type SeenQuestion } from './seen-as.ts';

/** `login.contoso.test will see your address, 203.0.113.7. Entra ID will see the edge, 198.51.100.5.` */
export function predictionSentence(watched: readonly SeenQuestion[], seen: readonly SeenAs[]): string {
  const parts = new Map<string, string[]>();
  for (const { label, answer } of chosen(watched, seen)) {
    const what = whatItSees(answer);
    parts.set(what, [...(parts.get(what) ?? []), label]);
  }
  if (parts.size === 0) return 'No rule sends anything through the edge.';
  return [...parts].map(([what, labels]) => `${labels.join(' and ')} ${what}.`).join(' ');
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

function whatItSees(answer: SeenAs): string {
  const known = knownAddresses(answer.addresses);
  const addresses = known.length === 0 ? '' : `, ${known.join(' or ')}`;
  switch (answer.path) {
    case 'blocked':
      return 'is blocked';
    case 'direct':
      return `will see your own address${addresses}`;
    case 'unknown':
      return 'will see an address that is not known';
    case 'edge':
      if (answer.reason === 'own-address-unknown' && known.length === 0)
        return 'will see your address, which is being checked';
      if (answer.reason === 'address-not-proven' && known.length === 0)
        return 'will see your address, which is not proven';
      if (isPassedOn(answer)) return `will see your address${addresses}`;
      if (answer.reason === 'foreign-edge') return 'will see what this edge shows, which it does not say';
      if (answer.reason === 'view-awaited') return 'will see an address that the edge has not told yet';
      return `will see the edge${addresses}`;
  }
}
