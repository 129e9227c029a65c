// Counts of personal values in words: `12 addresses, 3 host names`.
import type { HiddenCount } from '../../../../protocol/log-bundle.ts';
import type { LogCollectionStrings } from './log-collection-strings.ts';

export function hiddenWords(
  counts: readonly Pick<HiddenCount, 'kind' | 'occurrences'>[],
  { hidden }: LogCollectionStrings,
): string {
  return counts
    .map(({ kind, occurrences }) => `${occurrences} ${hidden[kind][occurrences === 1 ? 0 : 1]}`)
    .join(', ');
}
