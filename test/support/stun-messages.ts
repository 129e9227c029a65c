// STUN messages as a server writes them, so that tests can say exactly what is wrong with one.
import { crc32 } from '../../protocol/crc32.ts';

export const stunTypes = { request: 0x0001, success: 0x0101, error: 0x0111 } as const;
export const magicCookie = [0x21, 0x12, 0xa4, 0x42] as const;

export type StunAttribute = { readonly type: number; readonly value: readonly number[] };

/** A message with its attributes padded by zeros. */
export function stunMessage(
  type: number,
  transactionId: Uint8Array,
  attributes: readonly StunAttribute[] = [],
): Uint8Array {
  const body = attributes.flatMap(({ type: kind, value }) => [
    ...uint16(kind),
    ...uint16(value.length),
    ...value,
    ...Array.from({ length: (4 - (value.length % 4)) % 4 }, () => 0),
  ]);
  return Uint8Array.from([
    ...uint16(type),
    ...uint16(body.length),
    ...magicCookie,
    ...transactionId,
    ...body,
  ]);
}

/** An address as MAPPED-ADDRESS has it (type 0x0001), or masked, as XOR-MAPPED-ADDRESS has it (0x0020, 0x8020). */
export function addressAttribute(
  type: number,
  bytes: readonly number[],
  transactionId: Uint8Array,
  port = 32_853,
): StunAttribute {
  const key = type === 0x0001 ? [] : [...magicCookie, ...transactionId];
  const masked = (values: readonly number[]) => values.map((byte, i) => byte ^ (key[i] ?? 0));
  return { type, value: [0, bytes.length === 4 ? 1 : 2, ...masked(uint16(port)), ...masked(bytes)] };
}

export function errorAttribute(code: number, reason: string): StunAttribute {
  return { type: 0x0009, value: [0, 0, Math.floor(code / 100), code % 100, ...Buffer.from(reason)] };
}

/** `message` with the right FINGERPRINT at its end. */
export function withFingerprint(message: Uint8Array): Uint8Array {
  const whole = Uint8Array.from([...message, ...uint16(0x8028), 0, 4, 0, 0, 0, 0]);
  const view = new DataView(whole.buffer);
  view.setUint16(2, whole.length - 20);
  view.setUint32(message.length + 4, (crc32(whole.subarray(0, message.length)) ^ 0x5354554e) >>> 0);
  return whole;
}

function uint16(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}
