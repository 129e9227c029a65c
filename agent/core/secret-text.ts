// Cuts secrets out of text: what must not leave the machine even where a person hides nothing else.

export const removed = '<removed>';

export type WithoutSecrets = { readonly text: string; readonly count: number };

/** Shorter ones would be found in ordinary words. */
const shortestSecret = 6;

/**
 * `text` without `known` secrets, private keys, tokens, authorization values, cookies, user parts, query strings and
 * fragments of URLs, the unguessable part of a PAC file's address, and values behind names such as `password=`.
 */
export function withoutSecrets(text: string, known: readonly string[]): WithoutSecrets {
  let count = 0;
  let rest = text;
  for (const secret of known) {
    if (secret.length < shortestSecret || !rest.includes(secret)) continue;
    const parts = rest.split(secret);
    count += parts.length - 1;
    rest = parts.join(removed);
  }
  // Most texts are one short word or name, which has none of the shapes.
  if (plainWord.test(rest) && !rest.startsWith('eyJ')) return { text: rest, count };
  for (const { pattern, kept } of shapes) {
    rest = rest.replaceAll(pattern, (...match: string[]) => {
      count += 1;
      return kept(match);
    });
  }
  return { text: rest, count };
}

/** Whether a field of this name holds a secret, whatever it looks like. */
export function isSecretField(name: string): boolean {
  return /(?:passw(?:or)?d|passphrase|secret|cookie|authorization|token|private_?key|api_?key)$/i.test(name);
}

/** What a secret looks like, and what stays of the match: the first group, where it has one. */
type Shape = { readonly pattern: RegExp; readonly kept: (match: readonly string[]) => string };

const plainWord = /^[\w.-]{0,60}$/;

const whole = (): string => removed;
const behindFirst = ([, first = '']: readonly string[]): string => `${first}${removed}`;

const secretName = String.raw`[\w-]*(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key|code_verifier|session[_-]?id)`;

const shapes: readonly Shape[] = [
  {
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    kept: whole,
  },
  // JSON Web Tokens (RFC 7519), encrypted ones and cut ones too.
  { pattern: /\beyJ[\w-]{6,}(?:\.[\w-]*){1,4}/g, kept: whole },
  // Header lines, to the end of the line: a cookie has several values (RFC 6265 section 4).
  {
    pattern: /\b((?:proxy-)?authorization["']?\s*[:=]\s*|(?:set-)?cookie["']?\s*[:=]\s*)[^\r\n<]+/gi,
    kept: behindFirst,
  },
  // Schemes of RFC 9110 section 11.6.2 with their credentials.
  { pattern: /\b((?:Bearer|Basic|Negotiate|DPoP) +)[\w+/.~=-]{8,}/gi, kept: behindFirst },
  { pattern: /(\b[a-z][a-z0-9+.-]*:\/\/[^\s?#"'<>]*[?#])[^\s"'<>]+/gi, kept: behindFirst },
  // A request's target without its host.
  { pattern: /((?<![\w/])\/[^\s?#"'<>]*\?)[^\s"'<>]+/g, kept: behindFirst },
  { pattern: /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>@]+(?:@[^\s/?#"'<>@]+)*(?=@)/gi, kept: behindFirst },
  { pattern: /(\/)[0-9a-f]{32}(?=\/)/g, kept: behindFirst },
  {
    pattern: new RegExp(String.raw`\b(${secretName}["']?\s*=\s*["']?)[^\s"',;&}<]+`, 'gi'),
    kept: behindFirst,
  },
  { pattern: new RegExp(String.raw`(["']${secretName}["']\s*:\s*["'])[^"'<]+`, 'gi'), kept: behindFirst },
];
