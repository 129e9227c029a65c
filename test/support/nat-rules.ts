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

/** Counts what passes from the side `lan` towards each address. */
export function countRules(addresses: readonly string[]): string {
  const named = (i: number) => ({
    packets: counterName('packets', i),
    connections: counterName('connections', i),
  });
  const declared = addresses.flatMap((_, i) => Object.values(named(i)).map((name) => `counter ${name} { }`));
  const rules = addresses.flatMap((address, i) => {
    const towards = `iifname "lan" ${address.includes(':') ? 'ip6' : 'ip'} daddr ${address}`;
    return [
      `${towards} counter name ${named(i).packets}`,
      `${towards} ct state new counter name ${named(i).connections}`,
    ];
  });
  const chain = `chain pass { type filter hook forward priority filter; ${rules.join('; ')}; }`;
  return inPlaceOf(`inet ${tally}`, [...declared, chain]);
}

/** @param nftSays what nft prints, asked with these words */
export function readCounts(
  nftSays: (...words: readonly string[]) => string,
  addresses: readonly string[],
): Counts {
  return (address) => {
    const listed = counters.parse(JSON.parse(nftSays('-j', 'list', 'counters', 'table', 'inet', tally)));
    const value = (what: 'packets' | 'connections'): number => {
      const name = counterName(what, addresses.indexOf(address));
      const found = listed.nftables.find(({ counter }) => counter?.name === name)?.counter;
      if (found === undefined) throw new Error(`nothing counts towards ${address}`);
      return found.packets;
    };
    return { packets: value('packets'), connections: value('connections') };
  };
}

const tally = 'tally';

function counterName(what: 'packets' | 'connections', place: number): string {
  return `${what}${place}`;
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
