// A proxy setting by hand (a proxy per scheme, and hosts that need none) as a PAC file that answers the same.

/** Proxies as `host:port`; null: none for this scheme. */
export type ManualProxies = {
  readonly http: string | null;
  readonly https: string | null;
  readonly socks: string | null;
  /**
   * Hosts that go direct: a name with those below it, `.suffix`, a pattern with `*`, an address, an IPv4 block as
   * `10.0.0.0/8`, or `<local>` for names without a dot. Others are passed over.
   */
  readonly bypass: readonly string[];
};

export function manualPac({ http, https, socks, bypass }: ManualProxies): string {
  const blocks = bypass.flatMap(blockOf);
  const patterns = bypass.flatMap(patternOf);
  return [
    `var bySchemes = ${JSON.stringify({ http: answer(http, socks), https: answer(https, socks) })};`,
    `var otherwise = ${JSON.stringify(answer(null, socks))};`,
    `var direct = [${patterns.map((pattern) => `/${pattern}/`).join(', ')}];`,
    `var blocks = ${JSON.stringify(blocks)};`,
    manualScript.trim(),
    '',
  ].join('\n');
}

const manualScript = String.raw`
function FindProxyForURL(url, host) {
  var name = String(host).toLowerCase().replace(/^\[|\]$/g, '');
  for (var i = 0; i < direct.length; i++) { if (direct[i].test(name)) { return 'DIRECT'; } }
  for (var j = 0; j < blocks.length; j++) { if (holds(blocks[j], name)) { return 'DIRECT'; } }
  var scheme = /^(http|ws)(s?):/i.exec(String(url));
  return scheme === null ? otherwise : bySchemes[scheme[2] === '' ? 'http' : 'https'];
}
function holds(block, name) {
  var parts = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/.exec(name);
  if (parts === null) { return false; }
  var value = ((Number(parts[1]) * 256 + Number(parts[2])) * 256 + Number(parts[3])) * 256 + Number(parts[4]);
  return Math.floor(value / block[1]) === Math.floor(block[0] / block[1]);
}
`;

function answer(proxy: string | null, socks: string | null): string {
  const safe = [proxy === null ? null : `PROXY ${proxy}`, socks === null ? null : `SOCKS ${socks}`];
  return safe.find((text) => text !== null && /^[A-Z]+ [\w.:[\]-]+$/.test(text)) ?? 'DIRECT';
}

/** `[first address as a number, size]` */
function blockOf(text: string): readonly (readonly [number, number])[] {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text.trim());
  if (parts === null) return [];
  const [a = 0, b = 0, c = 0, d = 0, length = 0] = parts.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || length > 32) return [];
  return [[((a * 256 + b) * 256 + c) * 256 + d, 2 ** (32 - length)]];
}

function patternOf(text: string): readonly string[] {
  const entry = text.trim().toLowerCase();
  if (entry === '<local>') return ['^[^.:]+$'];
  const host = entry.replace(/^\[|\]$/g, '');
  if (!/^[a-z0-9._:*-]+$/.test(host)) return [];
  const source = host.replaceAll('.', '\\.').replaceAll('*', '.*');
  if (host.includes('*')) return [`^${source}$`];
  if (host.startsWith('.')) return [`(^|\\.)${source.slice(2)}$`];
  return [/^[\d.]+$|:/.test(host) ? `^${source}$` : `(^|\\.)${source}$`];
}
