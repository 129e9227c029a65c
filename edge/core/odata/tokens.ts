// The words of a `$filter`: names and keywords, quoted text, numbers, times and three marks.
import { OpenGsaError } from '../../../protocol/error.ts';

export type Token = {
  readonly kind: 'word' | 'string' | 'number' | 'date' | '(' | ')' | ',' | 'end';
  /** Of a string: without its quotes. */
  readonly text: string;
  /** Where it begins, from 0. */
  readonly at: number;
};

/** Tried in this order, each at the place where the last ended. */
const forms: readonly { readonly kind: Token['kind'] | 'space'; readonly pattern: RegExp }[] = [
  { kind: 'space', pattern: /[ \t]+/y },
  { kind: '(', pattern: /\(/y },
  { kind: ')', pattern: /\)/y },
  { kind: ',', pattern: /,/y },
  { kind: 'string', pattern: /'(?:[^']|'')*'/y },
  {
    kind: 'date',
    pattern: /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,12})?)?(?:Z|[+-]\d{2}:\d{2}))?(?![\w.:+-])/y,
  },
  { kind: 'number', pattern: /-?\d{1,15}(?:\.\d{1,15})?(?![\w.:-])/y },
  { kind: 'word', pattern: /[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)*/y },
];

/** @throws OpenGsaError `bad-message` that names the position */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const found = matchAt(text, at);
    if (found === null) {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      const message = character === "'" ? 'text has no closing quote' : `${character} is not understood`;
      throw new OpenGsaError('bad-message', `$filter: ${message} at position ${at}`);
    }
    if (found.kind !== 'space') tokens.push({ kind: found.kind, text: meaning(found), at });
    at += found.text.length;
  }
  return tokens;
}

type Found = { readonly kind: Token['kind'] | 'space'; readonly text: string };

function matchAt(text: string, at: number): Found | null {
  for (const { kind, pattern } of forms) {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [];
    if (found !== undefined) return { kind, text: found };
  }
  return null;
}

/** A quote inside of text is written twice. */
function meaning({ kind, text }: Found): string {
  return kind === 'string' ? text.slice(1, -1).replaceAll("''", "'") : text;
}
