// The cookies of one scripted person: kept and sent back by path and expiry (RFC 6265 sections 5.1.4 and 5.3).

export type CookieJar = {
  /** Takes the Set-Cookie fields of an answer from `url`. */
  readonly store: (url: URL, setCookie: readonly string[]) => void;
  /** The Cookie field for a request to `url`, or null where there is nothing to send. */
  readonly header: (url: URL) => string | null;
};

type Cookie = {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly path: string;
  readonly secure: boolean;
  readonly expiresAt: number;
};

/** An empty jar for host-only cookies. `now` is in milliseconds since 1970. */
export function newCookieJar(now: () => number): CookieJar {
  const cookies = new Map<string, Cookie>();
  return {
    store: (url, setCookie) => {
      for (const line of setCookie) {
        const cookie = parseCookie(line, url, now());
        if (cookie === null) continue;
        const key = `${cookie.host}${cookie.path};${cookie.name}`;
        if (cookie.expiresAt > now()) cookies.set(key, cookie);
        else cookies.delete(key);
      }
    },
    header: (url) => {
      const sent = [...cookies.values()]
        .filter((cookie) => cookie.host === url.hostname && pathMatches(cookie.path, url.pathname))
        .filter((cookie) => cookie.expiresAt > now() && (!cookie.secure || url.protocol === 'https:'))
        .sort((a, b) => b.path.length - a.path.length)
        .map(({ name, value }) => `${name}=${value}`);
      return sent.length === 0 ? null : sent.join('; ');
    },
  };
}

function parseCookie(line: string, url: URL, now: number): Cookie | null {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  if (at < 1) return null;
  const named = new Map(
    attributes.map((attribute) => {
      const [key = '', ...value] = attribute.split('=');
      return [key.toLowerCase(), value.join('=')];
    }),
  );
  const path = named.get('path');
  return {
    name: pair.slice(0, at),
    value: pair.slice(at + 1),
    host: url.hostname,
    path: path?.startsWith('/') ? path : url.pathname.slice(0, Math.max(1, url.pathname.lastIndexOf('/'))),
    secure: named.has('secure'),
    expiresAt: expiryOf(named, now),
  };
}

/** Max-Age wins over Expires; without either the cookie lives as long as the jar. */
function expiryOf(attributes: ReadonlyMap<string, string>, now: number): number {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined) return now + Number(maxAge) * 1_000;
  const expires = attributes.get('expires');
  return expires === undefined ? Infinity : Date.parse(expires);
}

function pathMatches(cookiePath: string, path: string): boolean {
  if (!path.startsWith(cookiePath)) return false;
  return path.length === cookiePath.length || cookiePath.endsWith('/') || path[cookiePath.length] === '/';
}
