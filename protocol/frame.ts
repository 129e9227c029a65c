// Frames of the local sockets: a length of 4 bytes, big-endian, then so many bytes of JSON in UTF-8. No sockets here.
import { OpenGsaError } from './error.ts';

const lengthBytes = 4;

/**
 * One value as a frame.
 *
 * @param maxBytes the largest JSON text that the peer takes, in bytes
 * @throws OpenGsaError `internal` where the value has no JSON or is larger: our own fault, never the peer's
 */
export function encodeFrame(value: unknown, maxBytes: number): Buffer {
  const text: unknown = JSON.stringify(value);
  if (typeof text !== 'string') throw new OpenGsaError('internal', 'a message has no JSON form');
  const size = Buffer.byteLength(text);
  if (size > maxBytes) {
    throw new OpenGsaError('internal', `a message of ${size} bytes is larger than the limit of ${maxBytes}`);
  }
  const frame = Buffer.allocUnsafe(lengthBytes + size);
  frame.writeUInt32BE(size, 0);
  frame.write(text, lengthBytes);
  return frame;
}

export type FrameDecoder = {
  /**
   * Takes the next bytes and gives the values that they complete, in order.
   *
   * @throws OpenGsaError `bad-message` on a frame that is too large, not UTF-8 or not JSON. The stream has lost
   *   its frame then: end the connection and do not push again.
   */
  readonly push: (chunk: Uint8Array) => unknown[];
  /** Whether the bytes so far end inside a frame: an end of the connection here is a truncation. */
  readonly incomplete: () => boolean;
};

/** Holds at most one frame of `maxBytes` and one chunk; a length beyond the limit is refused before its bytes come. */
export function createFrameDecoder(maxBytes: number): FrameDecoder {
  let chunks: Uint8Array[] = [];
  let buffered = 0;
  let wanted = lengthBytes;
  let inHeader = true;

  return {
    push(chunk) {
      chunks.push(chunk);
      buffered += chunk.length;
      const values: unknown[] = [];
      while (buffered >= wanted) {
        const bytes = take(wanted);
        if (inHeader) {
          wanted = frameLength(bytes, maxBytes);
        } else {
          values.push(parseBody(bytes));
          wanted = lengthBytes;
        }
        inHeader = !inHeader;
      }
      return values;
    },
    incomplete: () => !inHeader || buffered > 0,
  };

  function take(count: number): Buffer {
    // Joined only when a part is complete, so that a peer that sends single bytes costs linear time.
    const [first, ...others] = chunks;
    const all =
      first !== undefined && others.length === 0
        ? Buffer.from(first.buffer, first.byteOffset, first.length)
        : Buffer.concat(chunks);
    chunks = all.length > count ? [all.subarray(count)] : [];
    buffered -= count;
    return all.subarray(0, count);
  }
}

function frameLength(header: Buffer, maxBytes: number): number {
  const length = header.readUInt32BE(0);
  if (length > maxBytes) {
    throw new OpenGsaError(
      'bad-message',
      `a frame of ${length} bytes is larger than the limit of ${maxBytes}`,
    );
  }
  return length;
}

function parseBody(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new OpenGsaError('bad-message', 'a frame does not hold JSON in UTF-8', { cause });
  }
}
