// The PROXY v2 codec: the vector that HAProxy and Apache accept, and what damaged bytes become.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../protocol/address.ts';
import { decodeProxyHeader, encodeProxyHeader, type ProxyHeader } from '../../../protocol/proxy-v2.ts';

const vector =
  '0d0a0d0a000d0a515549540a21110044cb007107c000020ac93b01bb030004e202193802000e6c6f67696e2e6964702e74657374' +
  '0500087265712d30303031e000126173737572616e63653d6f62736572766564';

const vectorHeader: ProxyHeader = {
  command: 'proxy',
  source: { address: address('203.0.113.7'), port: 51_515 },
  destination: { address: address('192.0.2.10'), port: 443 },
  authority: 'login.idp.test',
  uniqueId: 'req-0001',
  assurance: 'assurance=observed',
};

const addressesOnly: ProxyHeader = {
  command: 'proxy',
  source: vectorHeader.source,
  destination: vectorHeader.destination,
};

test('the reference header is written byte for byte', () => {
  expect(Buffer.from(encodeProxyHeader(vectorHeader)).toString('hex')).toBe(vector);
});

test('the reference header is read, and bytes behind it are left alone', () => {
  const bytes = Buffer.concat([Buffer.from(vector, 'hex'), Buffer.from('\x16\x03\x01')]);
  expect(decodeProxyHeader(bytes)).toEqual({ kind: 'complete', header: vectorHeader, length: 84 });
});

test('a LOCAL header states no address', () => {
  const bytes = encodeProxyHeader({ command: 'local' });
  expect(Buffer.from(bytes.subarray(12, 14)).toString('hex')).toBe('2000');
  expect(decodeProxyHeader(bytes)).toEqual({ kind: 'complete', header: { command: 'local' }, length: 23 });
});

test('a LOCAL header of a family keeps its addresses to itself', () => {
  const bytes = Buffer.from(vector, 'hex');
  bytes[12] = 0x20;
  expect(decodeProxyHeader(bytes)).toEqual({ kind: 'complete', header: { command: 'local' }, length: 84 });
});

test('the shortest LOCAL header, without any field, is read', () => {
  const bytes = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex');
  expect(decodeProxyHeader(bytes)).toEqual({ kind: 'complete', header: { command: 'local' }, length: 16 });
});

describe('faults are named', () => {
  const damaged = (at: number, value: number) => {
    const bytes = Buffer.from(vector, 'hex');
    bytes[at] = value;
    return decodeProxyHeader(bytes);
  };
  test.each([
    ['bad-signature', 0, 0x16],
    ['bad-version', 12, 0x11],
    ['bad-command', 12, 0x22],
    ['bad-family', 13, 0x12],
    ['bad-family', 13, 0x00],
    ['header-too-long', 14, 0xff],
    ['short-addresses', 15, 0x08],
    ['bad-field', 30, 0xff],
    ['bad-checksum', 16, 0xcc],
    ['bad-checksum', 31, 0x00],
  ] as const)('%s', (reason, at, value) => {
    expect(damaged(at, value)).toEqual({ kind: 'invalid', reason });
  });
});

test('a header without a checksum is accepted, one with a wrong length of it is not', () => {
  const plain = Buffer.from('0d0a0d0a000d0a515549540a2111000ccb007107c000020ac93b01bb', 'hex');
  expect(decodeProxyHeader(plain).kind).toBe('complete');
  const short = Buffer.from('0d0a0d0a000d0a515549540a21110011cb007107c000020ac93b01bb030002e202', 'hex');
  short[15] = 17;
  expect(decodeProxyHeader(short)).toEqual({ kind: 'invalid', reason: 'bad-checksum' });
});

test('endpoints of two families are refused by the encoder', () => {
  const mixed = { ...vectorHeader, destination: { address: address('2001:db8::1'), port: 443 } };
  expect(() => encodeProxyHeader(mixed)).toThrow('differ in family');
});

test('a unique id longer than 128 bytes is refused by the encoder', () => {
  expect(() => encodeProxyHeader({ command: 'local', uniqueId: 'x'.repeat(129) })).toThrow('128');
});

test('sizes around those at which receivers stop are exact', () => {
  const named = (length: number) => encodeProxyHeader({ ...addressesOnly, authority: 'a'.repeat(length) });
  for (const [length, size] of [
    [69, 107],
    [70, 108],
  ] as const) {
    const bytes = named(length);
    expect(bytes).toHaveLength(size);
    expect(decodeProxyHeader(bytes)).toMatchObject({ kind: 'complete', length: size });
    expect(decodeProxyHeader(bytes.subarray(0, size - 1))).toEqual({ kind: 'incomplete' });
  }
  const longest = encodeProxyHeader({ ...addressesOnly, uniqueId: 'u'.repeat(128) });
  expect(decodeProxyHeader(longest)).toMatchObject({ header: { uniqueId: 'u'.repeat(128) } });
  // 4096 bytes behind the fixed part are the most that is written or read.
  expect(named(4096 - 12 - 7 - 3)).toHaveLength(16 + 4096);
  expect(decodeProxyHeader(named(4074))).toMatchObject({ kind: 'complete' });
  expect(() => named(4075)).toThrow('too long');
});

const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 30 }), { nil: undefined });
const port = fc.integer({ min: 0, max: 65_535 });
const pair = fc.oneof(
  fc.tuple(fc.ipV4(), fc.ipV4()),
  fc.tuple(fc.ipV6(), fc.ipV6()).filter((both) => both.every((a) => parseAddress(a)?.family === 'ipv6')),
);
const fields = fc.record({ authority: text, uniqueId: text, assurance: text, device: text });
const headers: fc.Arbitrary<ProxyHeader> = fc.oneof(
  fields.map((f) => compact({ command: 'local', ...f })),
  fc
    .record({ pair, sourcePort: port, destinationPort: port, fields })
    .map(({ pair: [source, destination], sourcePort, destinationPort, fields: f }) =>
      compact({
        command: 'proxy',
        source: { address: address(source), port: sourcePort },
        destination: { address: address(destination), port: destinationPort },
        ...f,
      }),
    ),
);

test('what is written is read back, whatever follows', () => {
  fc.assert(
    fc.property(headers, fc.uint8Array({ maxLength: 20 }), (header, rest) => {
      const bytes = encodeProxyHeader(header);
      const decoded = decodeProxyHeader(Buffer.concat([bytes, rest]));
      expect(decoded).toEqual({ kind: 'complete', header, length: bytes.length });
    }),
  );
});

test('a header cut anywhere is incomplete', () => {
  fc.assert(
    fc.property(headers, fc.nat(), (header, cut) => {
      const bytes = encodeProxyHeader(header);
      expect(decodeProxyHeader(bytes.subarray(0, cut % bytes.length))).toEqual({ kind: 'incomplete' });
    }),
  );
});

test('a mutated header is never read as another source', () => {
  fc.assert(
    fc.property(headers, fc.nat(), fc.integer({ min: 1, max: 255 }), (header, at, flip) => {
      const bytes = Buffer.from(encodeProxyHeader(header));
      bytes[at % bytes.length]! ^= flip;
      const decoded = decodeProxyHeader(bytes);
      // Only a flip in the type byte of the checksum field hides the checksum, and it leaves the source alone.
      if (decoded.kind === 'complete' && decoded.header.command === 'proxy') {
        expect(header).toMatchObject({ command: 'proxy', source: decoded.header.source });
      }
      expect(['complete', 'incomplete', 'invalid']).toContain(decoded.kind);
    }),
    { numRuns: 2000 },
  );
});

test('arbitrary bytes never throw', () => {
  const signed = fc
    .uint8Array({ maxLength: 120 })
    .map((tail) => Buffer.concat([Buffer.from(vector.slice(0, 24), 'hex'), tail]));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), signed), (bytes) => {
      expect(['complete', 'incomplete', 'invalid']).toContain(decodeProxyHeader(bytes).kind);
    }),
    { numRuns: 2000 },
  );
});

function address(spelling: string) {
  const parsed = parseAddress(spelling);
  if (parsed === null) throw new Error(`${spelling} is not an address`);
  return parsed;
}

function compact(value: object): ProxyHeader {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as ProxyHeader;
}
