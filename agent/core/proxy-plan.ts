// The next step towards the proxy setting that is wanted, from what stands there and what was saved. It remembers nothing,
// so a crash between any two steps loses nothing: the next start looks, and goes on from what it sees.
import {
  bearsMark,
  type ProxyEntries,
  type SavedProxy,
  scopeOf,
  type SystemKind,
  underlying,
} from './saved-proxy.ts';

/** What should stand there, and the texts by which a value of ours is known: this one's, and others' that we may have set. */
export type ProxyWish = { readonly entries: ProxyEntries; readonly marks: readonly string[] };

export type ProxyFacts = {
  readonly system: SystemKind;
  readonly now: number;
  readonly saved: SavedProxy | null;
  /** What was just read. */
  readonly current: ProxyEntries;
  /** Null: the person's own setting should stand there. */
  readonly wish: ProxyWish | null;
  /** The setting of a system that nobody has configured, for a value of ours of which nothing is known any more. */
  readonly neutral: ProxyEntries;
  /**
   * What somebody else set is left alone once ours has stood there; before that it is taken as the setting to come back to,
   * and half a setting as what a crash has left.
   */
  readonly foreign: 'leave' | 'adopt';
  /** How often the setting may still be written before this counts as a fight with another program. */
  readonly writesLeft: number;
};

export type ProxyStep =
  | { readonly kind: 'save'; readonly saved: SavedProxy }
  /** Keys that are not named stay as they are. */
  | { readonly kind: 'write'; readonly entries: ProxyEntries; readonly purpose: 'set' | 'restore' }
  | { readonly kind: 'forget' }
  | { readonly kind: 'rest'; readonly state: ProxyState };

export type ProxyState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'set' }
  /** Another program has changed these keys since; its setting stays. */
  | { readonly kind: 'taken-over'; readonly keys: readonly string[] }
  /** What is written does not stay: a policy, or a program that insists. */
  | { readonly kind: 'not-kept'; readonly keys: readonly string[] };

/** Performing the steps until `rest` leads to what is wanted, from every state that a crash can leave behind. */
export function nextStep(facts: ProxyFacts): ProxyStep {
  return facts.wish === null ? towardsOriginal(facts) : towardsWish(facts, facts.wish);
}

/**
 * The setting that ours stands in front of: what programs would follow without us. Never one of ours.
 *
 * @param marks as in `ProxyWish`
 */
export function settingBefore(
  { saved, current, neutral, foreign }: Omit<ProxyFacts, 'wish' | 'writesLeft' | 'system' | 'now'>,
  marks: readonly string[],
): ProxyEntries {
  const others = saved === null ? [] : foreignKeys(saved, current);
  const before =
    saved !== null && others.length > 0 && foreign === 'adopt'
      ? adopted(saved, current, others)
      : underlying(saved, current);
  return withoutOwn(before, neutral, [...marks, ...(saved?.marks ?? [])]);
}

function towardsWish(facts: ProxyFacts, wish: ProxyWish): ProxyStep {
  const { saved, current } = facts;
  if (saved === null) return save(facts, wish, facts.current, []);
  const missing = Object.keys(wish.entries).filter((key) => !(key in saved.original) && key in current);
  if (missing.length > 0)
    return save(facts, wish, { ...pick(current, missing), ...saved.original }, saved.own);

  const foreign = foreignKeys(saved, current);
  if (foreign.length > 0) {
    if (facts.foreign === 'leave') return rest({ kind: 'taken-over', keys: foreign });
    return save(facts, wish, adopted(saved, current, foreign), saved.own);
  }
  const off = facts.foreign === 'leave' ? switchedOff(saved, current) : [];
  if (off.length > 0) return rest({ kind: 'taken-over', keys: off });
  if (!same(saved.own[0], wish.entries)) return save(facts, wish, saved.original, saved.own);
  const different = keysThatDiffer(wish.entries, current);
  if (different.length === 0) {
    return saved.own.length > 1 ? save(facts, wish, saved.original, []) : rest({ kind: 'set' });
  }
  if (facts.writesLeft <= 0) return rest({ kind: 'not-kept', keys: different });
  return { kind: 'write', entries: pick(wish.entries, different), purpose: 'set' };
}

function towardsOriginal(facts: ProxyFacts): ProxyStep {
  const { saved, current } = facts;
  if (saved === null) return rest({ kind: 'absent' });
  const foreignScopes = new Set(foreignKeys(saved, current).map(scopeOf));
  const back = ownKeys(saved).filter((key) => {
    if (!(key in current) || same(current[key], saved.original[key])) return false;
    // Where another program has set something, only what is certainly ours goes away.
    return !foreignScopes.has(scopeOf(key)) || bearsMark(current[key], saved.marks);
  });
  if (back.length === 0) return { kind: 'forget' };
  if (facts.writesLeft <= 0) return rest({ kind: 'not-kept', keys: back });
  return { kind: 'write', entries: pick(saved.original, back), purpose: 'restore' };
}

/** Keys whose value is neither ours nor the original. */
function foreignKeys(saved: SavedProxy, current: ProxyEntries): string[] {
  return ownKeys(saved).filter((key) => {
    if (!(key in current) || !(key in saved.original)) return false;
    const value = current[key] ?? null;
    return value !== saved.original[key] && !isOwnValue(saved, key, value);
  });
}

/**
 * Keys that have their original value beside an address of ours: whoever puts back what was there puts back the address too,
 * so this is somebody who switched the proxy off.
 */
function switchedOff(saved: SavedProxy, current: ProxyEntries): string[] {
  const keys = ownKeys(saved).filter((key) => key in current);
  const scopes = new Set(keys.filter((key) => bearsMark(current[key], saved.marks)).map(scopeOf));
  return keys.filter((key) => scopes.has(scopeOf(key)) && !isOwnValue(saved, key, current[key] ?? null));
}

function isOwnValue(saved: SavedProxy, key: string, value: string | null): boolean {
  return bearsMark(value, saved.marks) || saved.own.some((own) => key in own && own[key] === value);
}

/**
 * The other program's setting as the one to come back to. A key beside a foreign one may have our value by its choice (the
 * mode `auto` for another address), so all of the scope is taken, but what certainly is ours.
 */
function adopted(saved: SavedProxy, current: ProxyEntries, foreign: readonly string[]): ProxyEntries {
  const scopes = new Set(foreign.map(scopeOf));
  const taken = Object.keys(current).filter(
    (key) => scopes.has(scopeOf(key)) && !bearsMark(current[key], saved.marks),
  );
  return { ...saved.original, ...pick(current, taken) };
}

function save(
  { system, now, saved, neutral }: ProxyFacts,
  { entries, marks: wished }: ProxyWish,
  original: ProxyEntries,
  own: readonly ProxyEntries[],
): ProxyStep {
  const marks = [...new Set([...wished, ...(saved?.marks ?? [])])].slice(0, 16);
  const others = own.filter((known) => !same(known, entries));
  return {
    kind: 'save',
    saved: {
      version: 1,
      system,
      savedAt: saved?.savedAt ?? now,
      original: withoutOwn(original, neutral, marks),
      own: [entries, ...others].slice(0, 16),
      marks,
    },
  };
}

/** A setting of ours is nobody's original, whatever became of the file that knew better. */
function withoutOwn(original: ProxyEntries, neutral: ProxyEntries, marks: readonly string[]): ProxyEntries {
  const scopes = new Set(
    Object.keys(original)
      .filter((key) => bearsMark(original[key], marks))
      .map(scopeOf),
  );
  return Object.fromEntries(
    Object.entries(original).map(([key, value]) =>
      scopes.has(scopeOf(key)) && key in neutral ? [key, neutral[key] ?? null] : [key, value],
    ),
  );
}

function ownKeys(saved: SavedProxy): string[] {
  return [...new Set(saved.own.flatMap((own) => Object.keys(own)))];
}

function keysThatDiffer(wanted: ProxyEntries, current: ProxyEntries): string[] {
  return Object.keys(wanted).filter((key) => key in current && current[key] !== wanted[key]);
}

function pick(entries: ProxyEntries, keys: readonly string[]): ProxyEntries {
  return Object.fromEntries(keys.map((key) => [key, entries[key] ?? null]));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

function rest(state: ProxyState): ProxyStep {
  return { kind: 'rest', state };
}
