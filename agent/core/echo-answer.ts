// Reads what a service answers that says which address it sees: a bare address, JSON, or lines of `key=value`.
import { type Address, parseAddress } from '../../protocol/address.ts';

export type EchoFault =
  | 'empty'
  | 'too-long'
  /** A web page in its place: a portal, or a page about an error. */
  | 'page'
  /** A list: proxies on the way have added theirs, and nobody says which one is meant. */
  | 'several-addresses'
  | 'no-address';

export type EchoReading =
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'unreadable'; readonly reason: EchoFault };

/** Services that add a country or their own data centre stay far below this. */
export const longestEchoAnswer = 4096;

/** Under these names services give the address in JSON. */
const addressKeys = ['ip', 'ip_addr', 'address', 'origin'] as const;

/** What `body` says. Never throws, whatever it holds. */
export function readEchoAnswer(body: string): EchoReading {
  if (body.length > longestEchoAnswer) return unreadable('too-long');
  const text = body.replace(/^\u{feff}/u, '').trim();
  if (text === '') return unreadable('empty');
  if (text.startsWith('<')) return unreadable('page');
  if (/^["{]/.test(text)) return fromNames(namedInJson(text));
  return text.includes('=') ? fromNames(namedInLines(text)) : fromNames([text]);
}

/** The string itself, or what stands under the usual names. */
function namedInJson(text: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What is not JSON names no address; there is no more to say about it.
    return [];
  }
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const entries = new Map<string, unknown>(Object.entries(value));
  return addressKeys.map((key) => entries.get(key)).filter((named) => typeof named === 'string');
}

/** The value of `ip=` where every line is a `key=value`. */
function namedInLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => /^(?<key>\w+)=(?<value>.*)$/.exec(line)?.groups);
  if (lines.includes(undefined)) return [];
  return lines.filter((line) => line?.key === 'ip').map((line) => line?.value ?? '');
}

function fromNames(names: readonly string[]): EchoReading {
  const distinct = new Set(names.map((name) => name.trim()));
  if (distinct.size > 1) return unreadable('several-addresses');
  const [name = ''] = distinct;
  const address = parseAddress(name);
  if (address !== null) return { kind: 'address', address };
  const listed = name.split(/[\s,]+/);
  const isList = listed.length > 1 && listed.every((part) => parseAddress(part) !== null);
  return unreadable(isList ? 'several-addresses' : 'no-address');
}

function unreadable(reason: EchoFault): EchoReading {
  return { kind: 'unreadable', reason };
}
