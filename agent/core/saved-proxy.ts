// The proxy setting that was there before ours: what is kept on disk from before the first change until it is back.
import { z } from 'zod';

/**
 * One system's setting as the system itself writes it, by key. A key is `field`, or `scope/field` where the setting
 * exists more than once (a network service of macOS). Null: readable, and not set.
 */
export type ProxyEntries = Readonly<Record<string, string | null>>;

export const systemKinds = ['gnome', 'kde', 'environment', 'macos', 'windows'] as const;
export type SystemKind = (typeof systemKinds)[number];

// A line of a shell's start-up file is long enough for a value, and no system has more keys.
const entries = z
  .record(z.string().max(300), z.string().max(16_384).nullable())
  .refine((record) => Object.keys(record).length <= 1_000, 'must have at most 1000 keys');

export const savedProxy = z.strictObject({
  version: z.literal(1),
  system: z.enum(systemKinds),
  /** Milliseconds since 1970. */
  savedAt: z.int().nonnegative(),
  /** Everything about proxies that stood there, the keys that are ours to change among them. */
  original: entries,
  /** What may stand there by our hand, the latest first. */
  own: z.array(entries).min(1).max(16),
  /** Texts that only values of ours contain. */
  marks: z.array(z.string().min(8).max(300)).min(1).max(16),
});

/**
 * Written before the setting is touched, removed after the original was read back. While it exists the setting may be
 * ours, whole or in part.
 */
export type SavedProxy = z.output<typeof savedProxy>;

export function scopeOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

export function bearsMark(value: string | null | undefined, marks: readonly string[]): boolean {
  return typeof value === 'string' && marks.some((mark) => value.includes(mark));
}

/** The person's own setting: what is read, with the original in place of what is ours. */
export function underlying(saved: SavedProxy | null, current: ProxyEntries): ProxyEntries {
  if (saved === null) return current;
  const ours = new Set(saved.own.flatMap((own) => Object.keys(own)));
  const kept = Object.entries(saved.original).filter(([key]) => ours.has(key));
  return { ...saved.original, ...current, ...Object.fromEntries(kept) };
}
