// Every way in which a client could try to set a forwarding header: names, spellings and ways to send them.

/** Names that servers, frameworks and products read as the client's address or as word of a front. */
export const forwardingNames = [
  'Forwarded',
  'X-Forwarded-For',
  'X-Forwarded',
  'Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Forwarded-Port',
  'X-Forwarded-Client-Cert',
  'X-Original-Forwarded-For',
  'X-Real-IP',
  'True-Client-IP',
  'CF-Connecting-IP',
  'CF-Connecting-IPv6',
  'CF-Pseudo-IPv4',
  'X-Client-IP',
  'X-Cluster-Client-IP',
  'Fastly-Client-IP',
  'Fly-Client-IP',
  'X-Envoy-External-Address',
  'X-ProxyUser-Ip',
  'X-Azure-ClientIP',
  'X-Azure-SocketIP',
  'X-Remote-Addr',
  'Remote-Addr',
  'Remote-User',
  'X-Originating-IP',
  'WL-Proxy-Client-IP',
  'Proxy-Client-IP',
  'HTTP-X-Forwarded-For',
  'CloudFront-Viewer-Address',
  'X-Appengine-User-IP',
  'X-Nf-Client-Connection-IP',
  'X-MS-Forwarded-Client-IP',
  'X-MS-Proxy',
  'X-MS-Endpoint-Absolute-Path',
  'X-ARR-ClientCert',
  'Client-Cert',
  'Client-Cert-Chain',
  'X-SSL-Client-Verify',
  'Auth0-Forwarded-For',
  'X-Person-Address',
] as const;

export type Spelling = { readonly name: string; readonly how: string };

/** Each name in its spellings, each once. */
export function spellingsOf(name: string): Spelling[] {
  const spellings = [
    { how: 'as written', name },
    { how: 'lower case', name: name.toLowerCase() },
    { how: 'upper case', name: name.toUpperCase() },
    {
      how: 'changing case',
      name: name.replaceAll(/./g, (c, i: number) => (i % 2 === 0 ? c.toLowerCase() : c.toUpperCase())),
    },
    { how: 'underscores', name: name.replaceAll('-', '_') },
    { how: 'one underscore', name: name.replace('-', '_') },
    { how: 'dots', name: name.replaceAll('-', '.') },
    { how: 'doubled hyphens', name: name.replaceAll('-', '--') },
    { how: 'trailing underscore', name: `${name}_` },
  ];
  return spellings.filter((one, i) => spellings.findIndex((other) => other.name === one.name) === i);
}

export const allSpellings: readonly Spelling[] = forwardingNames.flatMap(spellingsOf);
