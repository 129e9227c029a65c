// What a page shows to be let in: a code that is good once and for a minute, and the token that it is exchanged for.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';

export type CredentialsSetup = {
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
  /** Somebody was guessing: pages that were let in are no more. */
  readonly renewed: () => void;
};

export type Credentials = {
  /** A code for one page; the one before it is void. 32 random bytes, base64url. */
  readonly makeCode: () => string;
  /** The token for a code, once; null where it is wrong, used or too old. */
  readonly exchange: (code: string) => string | null;
  readonly accepts: (token: string) => boolean;
};

export const codeLivesMs = 60_000;
/** How many different wrong ones it takes until the right one is another. A page that shows an old one again is not guessing. */
const maxWrong = 5;

export function createCredentials({ clock, randomBytes, renewed }: CredentialsSetup): Credentials {
  const make = () => randomBytes(32).toString('base64url');
  let token = make();
  let code: { readonly text: string; readonly until: number } | null = null;
  const wrongCodes = new Set<string>();
  const wrongTokens = new Set<string>();

  return {
    makeCode() {
      const text = make();
      code = { text, until: clock.monotonic() + codeLivesMs };
      wrongCodes.clear();
      return text;
    },
    exchange(shown) {
      if (code === null || clock.monotonic() >= code.until) return null;
      if (!equal(shown, code.text)) {
        if (wrongCodes.add(digest(shown).toString('hex')).size >= maxWrong) code = null;
        return null;
      }
      code = null;
      return token;
    },
    accepts(shown) {
      if (equal(shown, token)) return true;
      if (wrongTokens.add(digest(shown).toString('hex')).size >= maxWrong) {
        wrongTokens.clear();
        code = null;
        token = make();
        renewed();
      }
      return false;
    },
  };
}

/** In a time that says nothing about how much of it is right. */
function equal(shown: string, right: string): boolean {
  return timingSafeEqual(digest(shown), digest(right));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
