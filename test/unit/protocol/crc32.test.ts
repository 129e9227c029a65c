// Both checksums against published values.
import { expect, test } from 'vitest';
import { crc32, crc32c } from '../../../protocol/crc32.ts';

test.each([
  ['123456789', 0xe3069283],
  ['', 0],
  ['\0'.repeat(32), 0x8a9136aa],
  ['\xff'.repeat(32), 0x62a8ab43],
])('%j has the checksum of RFC 3720', (text, expected) => {
  expect(crc32c(Buffer.from(text, 'latin1'))).toBe(expected);
});

test.each([
  ['123456789', 0xcbf43926],
  ['', 0],
  ['\0'.repeat(32), 0x190a55ad],
])('%j has the checksum of IEEE 802.3', (text, expected) => {
  expect(crc32(Buffer.from(text, 'latin1'))).toBe(expected);
});
