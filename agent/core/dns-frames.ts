// DNS messages in a byte stream: two bytes of length before each (RFC 1035 section 4.2.2, RFC 7766 section 8).

const lengthBytes = 2;

export type DnsFrameReader = {
  /** The messages that `chunk` completes; what is left waits for the next one. */
  readonly push: (chunk: Uint8Array) => Uint8Array[];
};

/** Holds at most one message that is not complete: 64 KiB, as the length has 16 bits. */
export function createDnsFrameReader(): DnsFrameReader {
  let pieces: Uint8Array[] = [];
  let held = 0;
  /** How many bytes there must be before it is worth looking: the length, then the message with it. */
  let wanted = lengthBytes;
  return {
    push: (chunk) => {
      pieces.push(chunk);
      held += chunk.length;
      // A message that comes byte by byte is put together once, not for each byte.
      if (held < wanted) return [];
      const messages: Uint8Array[] = [];
      let rest = pieces.length === 1 ? chunk : Buffer.concat(pieces, held);
      for (wanted = wantedOf(rest); rest.length >= wanted; wanted = wantedOf(rest)) {
        messages.push(rest.subarray(lengthBytes, wanted));
        rest = rest.subarray(wanted);
      }
      pieces = rest.length === 0 ? [] : [rest];
      held = rest.length;
      return messages;
    },
  };
}

/** @throws RangeError for a message that has no place in 16 bits of length */
export function frameDnsMessage(message: Uint8Array): Uint8Array {
  if (message.length > 0xffff) throw new RangeError(`a DNS message of ${message.length} bytes`);
  const framed = new Uint8Array(message.length + lengthBytes);
  framed[0] = message.length >> 8;
  framed[1] = message.length & 0xff;
  framed.set(message, lengthBytes);
  return framed;
}

function wantedOf([high, low]: Uint8Array): number {
  return high === undefined || low === undefined ? lengthBytes : lengthBytes + high * 256 + low;
}
