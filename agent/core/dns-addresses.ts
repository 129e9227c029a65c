// The addresses that a nameserver's answer gives for a name, whatever aliases lie between (RFC 1034 section 3.6.2).
import packet from 'dns-packet';
import { type Address, parseAddress } from '../../protocol/address.ts';

/** What was answered; a name without any such address has an empty list. */
export type NamedAddresses = {
  readonly addresses: readonly Address[];
  /** The shortest life of what was read, in s; null where no record stands in the answer. */
  readonly ttlS: number | null;
  /** There is more, for a question over TCP. */
  readonly truncated: boolean;
};

/** Decoding takes time that grows with what is decoded. */
export const longestAddressAnswer = 4096;
/** A name with more is no better known by them. */
const mostAddresses = 64;

/**
 * Reads the answer to a question for A or AAAA that `answersMessage` has let in. Null where it cannot be read or the
 * nameserver failed. Never throws.
 */
export function readNamedAddresses(answer: Uint8Array, type: 'A' | 'AAAA'): NamedAddresses | null {
  if (answer.length > longestAddressAnswer) return null;
  let decoded: packet.DecodedPacket;
  try {
    decoded = packet.decode(Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength));
  } catch {
    // The library's words say nothing that a caller could act on.
    return null;
  }
  const flags = decoded.flags ?? 0;
  const code = flags & 0x0f;
  // NXDOMAIN is an answer: there is no such address.
  if (code !== 0 && code !== 3) return null;
  const wanted = (decoded.answers ?? []).flatMap((record) =>
    (record.type === 'A' || record.type === 'AAAA') && record.type === type ? [record] : [],
  );
  const addresses = wanted.flatMap(({ data }) => {
    const address = parseAddress(data);
    return address === null ? [] : [address];
  });
  const lives = wanted.map(({ ttl }) => ttl ?? 0);
  return {
    addresses: addresses.slice(0, mostAddresses),
    ttlS: lives.length === 0 ? null : Math.min(...lives),
    truncated: (flags & packet.TRUNCATED_RESPONSE) !== 0,
  };
}
