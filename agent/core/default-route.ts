// The default route in the kernel's routing tables on Linux (proc_net(5): /proc/net/route and /proc/net/ipv6_route).
import { parsePrefix, type Prefix, prefixContains } from '../../protocol/address.ts';

/** Route flags of both tables. */
const routeUp = 0x1;
const routeReject = 0x200;

/** `eth0 via 192.0.2.1` of the default route with the lowest metric in the text of /proc/net/route, or null. */
export function defaultIpv4Route(table: string): string | null {
  const routes = rows(table).flatMap(
    ([device = '', destination, gateway = '', flags = '', , , metric = '', mask]) =>
      destination === '00000000' && mask === '00000000' && isUsable(flags)
        ? [{ metric: Number(metric), text: `${device} via ${ipv4FromLittleEndian(gateway)}` }]
        : [],
  );
  return best(routes);
}

/** The same for the text of /proc/net/ipv6_route; the gateway in full, without `::`. */
export function defaultIpv6Route(table: string): string | null {
  const routes = rows(table).flatMap(
    ([destination, length, , , gateway = '', metric = '', , , flags = '', device = '']) =>
      destination === '0'.repeat(32) && length === '00' && isUsable(flags) && device !== 'lo'
        ? [{ metric: parseInt(metric, 16), text: `${device} via ${ipv6FromHex(gateway)}` }]
        : [],
  );
  return best(routes);
}

/** The IPv4 routes of the text of /proc/net/route to networks that lie in `range`. */
export function ipv4RoutesWithin(
  table: string,
  range: Prefix,
): readonly { readonly device: string; readonly prefix: Prefix }[] {
  return rows(table).flatMap(([device = '', destination = '', , flags = '', , , , mask = '']) => {
    if (!/^[0-9A-F]{8}$/.test(destination) || !/^[0-9A-F]{8}$/.test(mask) || !isUsable(flags)) return [];
    const prefix = parsePrefix(`${ipv4FromLittleEndian(destination)}/${bitsOf(parseInt(mask, 16))}`);
    const inside = prefix !== null && prefix.length >= range.length && prefixContains(range, prefix.address);
    return inside ? [{ device, prefix }] : [];
  });
}

function bitsOf(mask: number): number {
  return mask.toString(2).replaceAll('0', '').length;
}

function rows(table: string): string[][] {
  return table.split('\n').map((line) => line.trim().split(/\s+/));
}

function isUsable(flags: string): boolean {
  const bits = parseInt(flags, 16);
  return (bits & routeUp) !== 0 && (bits & routeReject) === 0;
}

function best(routes: readonly { metric: number; text: string }[]): string | null {
  return routes.toSorted((a, b) => a.metric - b.metric)[0]?.text ?? null;
}

/** The kernel prints the address as one number in the machine's byte order, which is little-endian wherever Node runs. */
function ipv4FromLittleEndian(hex: string): string {
  return (hex.match(/../g) ?? [])
    .toReversed()
    .map((byte) => parseInt(byte, 16))
    .join('.');
}

function ipv6FromHex(hex: string): string {
  return (hex.match(/.{4}/g) ?? []).join(':');
}
