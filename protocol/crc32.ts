// CRC-32 with the two polynomials that wire formats use: IEEE 802.3's (STUN) and Castagnoli's (the PROXY protocol).

/** IEEE 802.3, as FINGERPRINT of STUN takes it (RFC 8489 section 14.7); `"123456789"` gives 0xcbf43926. */
export function crc32(bytes: Uint8Array): number {
  return checksum(ieee, bytes);
}

/** Castagnoli (RFC 3720 appendix B.4); `"123456789"` gives 0xe3069283. */
export function crc32c(bytes: Uint8Array): number {
  return checksum(castagnoli, bytes);
}

const ieee = tableOf(0xedb88320);
const castagnoli = tableOf(0x82f63b78);

function tableOf(reflectedPolynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++)
      value = (value & 1) === 1 ? (value >>> 1) ^ reflectedPolynomial : value >>> 1;
    return value;
  });
}

/** An unsigned 32-bit number. */
function checksum(table: Uint32Array, bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
