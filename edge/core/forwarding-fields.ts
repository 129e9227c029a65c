// Which fields of a request only a front may set, and what this edge writes in their place.
import type { Address } from '../../protocol/address.ts';
import type { Field } from '../../protocol/http-fields.ts';

/** What the edge writes by itself towards one destination. */
export type ForwardingHeaders =
  | {
      readonly class: 'forwarded';
      /** `Forwarded` (RFC 7239), or a name that holds the bare address. */
      readonly header: string;
      /** Told the scheme that the application spoke, for destinations reached in plain HTTP; null: not told. */
      readonly schemeHeader: string | null;
    }
  /** MS-ADFSPIP: the address and the name of the proxy. */
  | { readonly class: 'adfs'; readonly proxy: string };

/**
 * Whether a device must not set `name`. The rule: what tells of the way that a request came is known to the edge and not to
 * the application, so every field that says so goes, whatever its value:
 * - addresses of clients (`X-Real-IP`, `True-Client-IP`, `CF-Connecting-IP`, any name with the word `ip` or `addr`);
 * - everything with `forward` in it (`Forwarded`, `X-Forwarded-*`, `X-Original-Forwarded-For`, `X-MS-Forwarded-Client-IP`);
 * - what fronts say of the connection and of who is at its end (`Client-Cert`, `X-SSL-*`, `Via`, `X-Scheme`, `X-Host`,
 *   `Remote-User`, `Proxy`), and the families of names of common fronts (`X-MS-*`, `X-Envoy-*`, `CF-*`, `Fastly-*`, …);
 * - the names that this edge's own configuration writes anywhere.
 *
 * Names are compared by their letters and digits: servers hand `X_Forwarded_For` to applications as `X-Forwarded-For`,
 * and some do so with other characters.
 *
 * @param configured names of the configuration, as `bareName` makes them
 */
export function isForwardingField(name: string, configured: ReadonlySet<string>): boolean {
  const words = wordsOf(name);
  const bare = words.join('');
  const [first = '', second = ''] = words;
  return (
    configured.has(bare) ||
    words.some((word) => addressWords.has(word)) ||
    patterns.some((pattern) => pattern.test(bare)) ||
    families.has(first) ||
    (first === 'x' && (families.has(second) || familiesAfterX.has(second)))
  );
}

/** The letters and digits of a name, in lower case. */
export function bareName(name: string): string {
  return wordsOf(name).join('');
}

/**
 * The fields that go on: none that only a front may set, then what the edge itself knows.
 *
 * @param stated null writes no address: signalling is off, or none is proven
 */
export function forwardedFields(
  fields: readonly Field[],
  headers: ForwardingHeaders,
  stated: Address | null,
  scheme: 'https' | 'http',
  configured: ReadonlySet<string>,
): Field[] {
  return [...withoutForwarding(fields, configured), ...written(headers, stated, scheme)];
}

export function withoutForwarding(fields: readonly Field[], configured: ReadonlySet<string>): Field[] {
  return fields.filter(([name]) => !isForwardingField(name, configured));
}

function written(headers: ForwardingHeaders, stated: Address | null, scheme: string): Field[] {
  if (headers.class === 'adfs') {
    if (stated === null) return [];
    return [
      ['X-MS-Forwarded-Client-IP', stated.text],
      ['X-MS-Proxy', headers.proxy],
    ];
  }
  const { header, schemeHeader } = headers;
  return [
    ...(stated === null
      ? []
      : [[header, header.toLowerCase() === 'forwarded' ? element(stated) : stated.text] as const]),
    ...(schemeHeader === null ? [] : [[schemeHeader, scheme] as const]),
  ];
}

/** RFC 7239 section 6: an IPv6 address is bracketed, and therefore quoted. */
function element({ family, text }: Address): string {
  return family === 'ipv6' ? `for="[${text}]"` : `for=${text}`;
}

function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

const addressWords: ReadonlySet<string> = new Set([
  'addr',
  'clientip',
  'ip',
  'ipaddr',
  'ipaddress',
  'ips',
  'ipv4',
  'ipv6',
  'realip',
  'userip',
  'via',
]);

const patterns: readonly RegExp[] = [
  /forward/,
  /(client|real|connecting|user|remote|peer|viewer|source|originating|external|true|visitor)(ip|addr|address)(v[46])?$/,
  /clientcert/,
  /^(x?frontendhttps|x?(url)?scheme|x(http)?host(override)?|cdnloop)$/,
];

/** First words of the names that fronts use: of products, and of what they say. */
const families: ReadonlySet<string> = new Set([
  'akamai',
  'cf',
  'cloudfront',
  'fastly',
  'fly',
  'incap',
  'proxy',
  'remote',
  'ssl',
  'wl',
]);

const familiesAfterX: ReadonlySet<string> = new Set([
  'appengine',
  'arr',
  'azure',
  'cluster',
  'envoy',
  'fd',
  'ms',
  'nf',
  'original',
  'rewrite',
  'sucuri',
  'vercel',
]);
