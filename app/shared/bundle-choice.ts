// Which parts of a log bundle a person chose, and what they come to.
import type {
  HiddenCount,
  HiddenKind,
  LogBundlePart,
  LogLine,
  LogPreview,
} from '../../protocol/log-bundle.ts';

export type BundleChoice = {
  readonly parts: readonly LogBundlePart[];
  /** As JSON text, before it is packed. */
  readonly bytes: number;
  /** How often each kind of personal value stands in those parts, the most frequent first. */
  readonly personal: readonly Pick<HiddenCount, 'kind' | 'occurrences'>[];
};

export function bundleChoice(preview: LogPreview, without: ReadonlySet<LogBundlePart>): BundleChoice {
  const chosen = preview.parts.filter(({ name }) => !without.has(name));
  const counts = new Map<HiddenKind, number>();
  for (const { kind, occurrences } of chosen.flatMap(({ hidden }) => hidden)) {
    counts.set(kind, (counts.get(kind) ?? 0) + occurrences);
  }
  return {
    parts: chosen.map(({ name }) => name),
    bytes: chosen.reduce((sum, { bytes }) => sum + bytes, 0),
    personal: [...counts]
      .map(([kind, occurrences]) => ({ kind, occurrences }))
      .toSorted((a, b) => b.occurrences - a.occurrences),
  };
}

/** The newest first; those that hold every word of `search`, in any letter case, in message, level or fields. */
export function foundLines(lines: readonly LogLine[], search: string): readonly LogLine[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return lines
    .filter((line) => {
      const text = `${line.level} ${line.message} ${JSON.stringify(line.fields)}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toReversed();
}
