// Rules of nft for a router in a laboratory: which address its packets get, and how many pass towards whom.
import { z } from 'zod';

/** Each of these takes the place of the rules before. `which` picks the packets, as `oifname "wan"`. */
export function masquerade(which: string): string {
  return translate(`${which} masquerade`);
}

/** New connections get the addresses in turn. */
export function maskInTurn(which: string, addresses: readonly string[]): string {
  const pool = addresses.map((address, i) => `${i} : ${address}`).join(', ');
  return translate(`${which} snat to numgen inc mod ${addresses.length} map { ${pool} }`);
}

/** New connections get an address by where they lead to. */
export function maskByDestination(which: string, masks: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(masks).map(([destination, mask]) => `${destination} : ${mask}`);
  return translate(`${which} snat to ip daddr map { ${pairs.join(', ')} }`);
}

/** Packets and new connections so far, by destination. */
export type Counts = (address: string) => { readonly packets: number; readonly connections: number };

/** Counts from this moment on what passes from the side `lan` towards each address. @param nft as in `Namespaces` */
export function countTowards(
  nft: (rules: string, ...options: readonly string[]) => string,
  addresses: readonly string[],
): Counts {
  const of = (address: string, what: 'packets' | 'connections'): string =>
    `${what}${addresses.indexOf(address)}`;
  const rules = addresses.flatMap((address) => {
    const towards = `iifname "lan" ${address.includes(':') ? 'ip6' : 'ip'} daddr ${address}`;
    return [
      `${towards} counter name ${of(address, 'packets')}`,
      `${towards} ct state new counter name ${of(address, 'connections')}`,
    ];
  });
  const declared = addresses.flatMap((address) => [
    `counter ${of(address, 'packets')} { }`,
    `counter ${of(address, 'connections')} { }`,
  ]);
  const chain = `chain pass { type filter hook forward priority filter; ${rules.join('; ')}; }`;
  nft(inPlaceOf('inet tally', [...declared, chain]));
  return (address) => {
    const listed = counters.parse(JSON.parse(nft('list counters table inet tally', '-j')));
    const value = (what: 'packets' | 'connections'): number => {
      const found = listed.nftables.find(({ counter }) => counter?.name === of(address, what))?.counter;
      if (found === undefined) throw new Error(`nothing counts towards ${address}`);
      return found.packets;
    };
    return { packets: value('packets'), connections: value('connections') };
  };
}

const counters = z.object({
  nftables: z.array(z.object({ counter: z.object({ name: z.string(), packets: z.int() }).optional() })),
});

function translate(rule: string): string {
  return inPlaceOf('ip mask', [`chain mask { type nat hook postrouting priority srcnat; ${rule}; }`]);
}

function inPlaceOf(table: string, contents: readonly string[]): string {
  return `table ${table}\ndelete table ${table}\ntable ${table} {\n${contents.join('\n')}\n}`;
}
