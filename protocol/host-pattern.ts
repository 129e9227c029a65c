// Host patterns as traffic profiles and class tables write them: a name, or a name with stars.

/**
 * A pattern, ready to be compared with canonical names (lower case, no trailing dot).
 *
 * A star that is the whole leftmost label stands for one or more labels, so that `*.example.com` is never
 * `example.com` itself. A star that is a whole label further right stands for exactly one (a tenant's name). A star
 * beside other characters of its label stands for any run of characters, dots and nothing at all included.
 */
export type HostPattern = {
  readonly text: string;
  /** `below`: `*.` and then literal labels only. */
  readonly kind: 'exact' | 'below' | 'glob';
  /** The whole labels at the right end that every matching name shares; empty where there are none. */
  readonly suffix: string;
  /** How many characters are literal: the more, the more specific. */
  readonly literals: number;
  readonly matches: (name: string) => boolean;
};

/** `text` in lower case and without a trailing dot, as profiles hold patterns. */
export function compileHostPattern(text: string): HostPattern {
  const literals = text.length - stars(text);
  const base = { text, literals };
  if (literals === text.length) return { ...base, kind: 'exact', suffix: text, matches: (n) => n === text };
  const rest = text.slice(2);
  if (text.startsWith('*.') && stars(rest) === 0) {
    const tail = text.slice(1);
    const matches = (name: string) => name.length > tail.length && name.endsWith(tail);
    return { ...base, kind: 'below', suffix: rest, matches };
  }
  return { ...base, kind: 'glob', suffix: sharedLabels(text), matches: globMatcher(text) };
}

function stars(text: string): number {
  return text.split('*').length - 1;
}

/** What follows the first dot behind the last star: `*cdn.example.net` gives `example.net`. */
function sharedLabels(text: string): string {
  const tail = text.slice(text.lastIndexOf('*') + 1);
  const dot = tail.indexOf('.');
  return dot === -1 ? '' : tail.slice(dot + 1);
}

function globMatcher(text: string): (name: string) => boolean {
  const [head = '', tail = '', ...more] = text.split('*');
  if (more.length > 0) return stepMatcher(text);
  if (head === '' && tail !== '') return (name) => name.endsWith(tail);
  if (!head.endsWith('.') || !(tail === '' || tail.startsWith('.'))) return stepMatcher(text);
  const least = head.length + tail.length;
  return (name) =>
    name.length > least &&
    name.startsWith(head) &&
    name.endsWith(tail) &&
    !name.slice(head.length, name.length - tail.length).includes('.');
}

/** One step of the general matcher: a literal character, or a star of one of the three kinds. */
type Step =
  { readonly kind: 'literal'; readonly character: string } | { readonly kind: 'labels' | 'label' | 'run' };

/** Follows all possible readings at once, so that many stars cost length times length and never more. */
function stepMatcher(text: string): (name: string) => boolean {
  const steps = parseSteps(text);
  return (name) => {
    let reached = closure(steps, [0]);
    for (const character of name) {
      reached = closure(
        steps,
        [...reached].flatMap((at) => advance(steps[at], at, character)),
      );
      if (reached.size === 0) return false;
    }
    return reached.has(steps.length);
  };
}

/** A `label` or `labels` star takes its first character as a step of its own, then goes on as often as it may. */
function advance(step: Step | undefined, at: number, character: string): readonly number[] {
  if (step === undefined) return [];
  switch (step.kind) {
    case 'literal':
      return step.character === character ? [at + 1] : [];
    case 'label':
      return character === '.' ? [] : [at, at + 1];
    case 'labels':
      return [at, at + 1];
    case 'run':
      return [at];
  }
}

/** A `run` may also be empty: whoever stands before it stands behind it as well. */
function closure(steps: readonly Step[], positions: readonly number[]): ReadonlySet<number> {
  const reached = new Set(positions);
  for (const at of reached) if (steps[at]?.kind === 'run') reached.add(at + 1);
  return reached;
}

function parseSteps(text: string): readonly Step[] {
  return text.split('.').flatMap((label, i): readonly Step[] => {
    const dot: readonly Step[] = i === 0 ? [] : [{ kind: 'literal', character: '.' }];
    if (label === '*') return [...dot, { kind: i === 0 ? 'labels' : 'label' }];
    return [...dot, ...Array.from(label, toStep)];
  });
}

function toStep(character: string): Step {
  return character === '*' ? { kind: 'run' } : { kind: 'literal', character };
}
