// Names that stand in the place of hidden values: the same value has the same one throughout a bundle, and none tells its value.
import type { HiddenCount, HiddenKind } from '../../protocol/log-bundle.ts';

export type Pseudonyms = {
  /** `address-1` for the first address, again for every later use of it. `value` in one spelling. */
  readonly nameOf: (kind: HiddenKind, value: string) => string;
  /** What was hidden since the last `count`, and starts again. */
  readonly count: () => readonly HiddenCount[];
  /** Every value of a kind with its name, in the order of their numbers. */
  readonly all: (kind: HiddenKind) => readonly (readonly [value: string, name: string])[];
};

export function createPseudonyms(): Pseudonyms {
  const names = new Map<HiddenKind, Map<string, string>>();
  const uses = new Map<HiddenKind, Map<string, number>>();
  return {
    nameOf(kind, value) {
      const ofKind = entry(names, kind);
      const name = ofKind.get(value) ?? `${kind}-${ofKind.size + 1}`;
      ofKind.set(value, name);
      const used = entry(uses, kind);
      used.set(value, (used.get(value) ?? 0) + 1);
      return name;
    },
    count() {
      const counts = [...uses].map(([kind, used]) => ({
        kind,
        values: used.size,
        occurrences: [...used.values()].reduce((sum, one) => sum + one, 0),
      }));
      uses.clear();
      return counts;
    },
    all: (kind) => [...(names.get(kind) ?? [])],
  };
}

function entry<K, V>(of: Map<HiddenKind, Map<K, V>>, kind: HiddenKind): Map<K, V> {
  const found = of.get(kind) ?? new Map<K, V>();
  of.set(kind, found);
  return found;
}
