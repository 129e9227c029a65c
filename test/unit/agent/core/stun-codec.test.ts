// The STUN codec against the published vectors (RFC 5769), each kind of bad answer, and whatever bytes come.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeBindingRequest,
  longestStunMessage,
  readBindingResponse,
  stunTransactionBytes,
} from '../../../../agent/core/stun-codec.ts';
import { parseAddress } from '../../../../protocol/address.ts';
import { address } from '../../../support/observations.ts';
import {
  addressAttribute,
  errorAttribute,
  type StunAttribute,
  stunMessage,
  stunTypes,
  withFingerprint,
} from '../../../support/stun-messages.ts';

const id = bytes('b7e7a701bc34d686fa87dfae');
/** RFC 5769 section 2.2. */
const ipv4Vector = bytes(
  '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643' +
    '000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96',
);
/** RFC 5769 section 2.3. */
const ipv6Vector = bytes(
  '010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a147' +
    '0113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c',
);

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function success(...attributes: readonly StunAttribute[]): Uint8Array {
  return stunMessage(stunTypes.success, id, attributes);
}

const xor = (ip: string) => addressAttribute(0x0020, address(ip).bytes, id);
const draft = (ip: string) => addressAttribute(0x8020, address(ip).bytes, id);
const plain = (ip: string) => addressAttribute(0x0001, address(ip).bytes, id);

function read(message: Uint8Array): string {
  const reading = readBindingResponse(message, id);
  switch (reading.kind) {
    case 'address':
      return reading.address.text;
    case 'error':
      return `error ${reading.code} ${reading.reason}`;
    case 'malformed':
    case 'foreign':
      return `${reading.kind}: ${reading.detail}`;
  }
}

it('a request is 20 bytes: type, length 0, magic cookie, transaction id', () => {
  expect(stunTransactionBytes).toBe(12);
  expect(Buffer.from(encodeBindingRequest(id)).toString('hex')).toBe(
    '000100002112a442b7e7a701bc34d686fa87dfae',
  );
});

describe('the published answers', () => {
  it('name their addresses', () => {
    expect(read(ipv4Vector)).toBe('192.0.2.1');
    expect(read(ipv6Vector)).toBe('2001:db8:1234:5678:11:2233:4455:6677');
  });

  it.each([ipv4Vector, ipv6Vector])('never name another address when one bit is turned', (vector) => {
    const address = read(vector);
    let refused = 0;
    for (let bit = 0; bit < vector.length * 8; bit++) {
      const turned = vector.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      // A bit may hide the fingerprint itself; then nothing but the fingerprint is amiss.
      if (read(turned) !== address) refused++;
      expect(read(turned) === address || /^(foreign|malformed): /.test(read(turned))).toBe(true);
    }
    expect(refused).toBeGreaterThan(vector.length * 8 - 24);
  });

  it.each([ipv4Vector, ipv6Vector])('are refused when cut off anywhere', (vector) => {
    for (let length = 0; length < vector.length; length++) {
      expect(read(vector.subarray(0, length))).toMatch(/^foreign: /);
    }
  });
});

describe('the address', () => {
  it.each([
    ['masked', success(xor('192.0.2.7'))],
    ['masked, IPv6', success(xor('2001:db8::7')), '2001:db8::7'],
    ['masked as in the draft', success(draft('192.0.2.7'))],
    ['plain, as from a server of RFC 3489', success(plain('192.0.2.7'))],
    ['masked before plain', success(plain('198.51.100.5'), xor('192.0.2.7'))],
    ['the first of two', success(xor('192.0.2.7'), xor('198.51.100.5'))],
    [
      'after an unknown attribute of odd length',
      success({ type: 0x8022, value: [1, 2, 3] }, xor('192.0.2.7')),
    ],
    ['with a fingerprint', withFingerprint(success(xor('192.0.2.7')))],
  ])('is read %s', (_, message, expected = '192.0.2.7') => {
    expect(read(message)).toBe(expected);
  });
});

describe('an answer that is wrong', () => {
  const otherId = id.map((byte) => byte ^ 1);
  it.each([
    [
      'of another transaction',
      stunMessage(stunTypes.success, otherId, [xor('192.0.2.7')]),
      'foreign: the answer to another request',
    ],
    ['that is a request', stunMessage(stunTypes.request, id), 'foreign: message type 0x0001'],
    ['of another method', stunMessage(0x0103, id), 'foreign: message type 0x0103'],
    ['without the magic cookie', success(xor('192.0.2.7')).with(4, 0), 'foreign: no STUN message'],
    ['whose length lies', success(xor('192.0.2.7')).with(3, 8), 'foreign: its length is not what it says'],
    ['of no bytes', new Uint8Array(), 'foreign: 0 bytes are no STUN answer'],
    [
      'that is oversized',
      success({ type: 0x8022, value: Array<number>(longestStunMessage).fill(0) }),
      `foreign: ${longestStunMessage + 24} bytes are no STUN answer`,
    ],
    ['without an address', success({ type: 0x8022, value: [1] }), 'malformed: it names no address'],
    ['with an empty body', success(), 'malformed: it names no address'],
    [
      'with an address of no family',
      success({ type: 0x0020, value: [0, 3, 0, 0, 1, 2, 3, 4] }),
      'malformed: an address that is none',
    ],
    [
      'with an address too short',
      success({ type: 0x0020, value: [0, 2, 0, 0, 1, 2, 3, 4] }),
      'malformed: an address that is none',
    ],
    [
      'with an attribute that reaches past the end',
      success({ type: 0x0020, value: [0, 1, 0, 0] }).with(23, 8),
      'malformed: an attribute is cut off',
    ],
    [
      'with a fingerprint before its end',
      stunMessage(stunTypes.success, id, [{ type: 0x8028, value: [0, 0, 0, 0] }, xor('192.0.2.7')]),
      'malformed: wrong fingerprint',
    ],
    [
      'with a fingerprint of three bytes',
      success(xor('192.0.2.7'), { type: 0x8028, value: [0, 0, 0] }),
      'malformed: wrong fingerprint',
    ],
    [
      'that is an error',
      stunMessage(stunTypes.error, id, [errorAttribute(420, 'Unknown Attribute')]),
      'error 420 Unknown Attribute',
    ],
    [
      'that is an error with control characters',
      stunMessage(stunTypes.error, id, [errorAttribute(500, 'a\u001b[2J\nb')]),
      'error 500 a?[2J?b',
    ],
    [
      'that is an error without a code',
      stunMessage(stunTypes.error, id, [xor('192.0.2.7')]),
      'malformed: an error without a code',
    ],
  ])('%s', (_, message, expected) => {
    expect(read(message)).toBe(expected);
  });
});

describe('whatever comes', () => {
  const seeded = { seed: 8489, numRuns: 3000 };
  const anyId = fc.uint8Array({ minLength: stunTransactionBytes, maxLength: stunTransactionBytes });
  const anyAddress = fc
    .oneof(fc.ipV4(), fc.ipV6())
    .map(parseAddress)
    .filter((one) => one !== null);

  it('never throws', () => {
    const attributes = fc.array(
      fc.record({
        type: fc.constantFrom(0x0001, 0x0009, 0x0020, 0x8020, 0x8022, 0x8028),
        value: fc.array(fc.nat(255), { maxLength: 24 }),
      }),
      { maxLength: 4 },
    );
    const wellFramed = fc
      .tuple(fc.constantFrom(stunTypes.success, stunTypes.error), attributes)
      .map(([type, list]) => stunMessage(type, id, list));
    const messages = fc.oneof(fc.uint8Array({ maxLength: 1600 }), wellFramed);
    fc.assert(
      fc.property(messages, (message) => {
        const { kind } = readBindingResponse(message, id);
        return ['address', 'error', 'malformed', 'foreign'].includes(kind);
      }),
      seeded,
    );
  });

  it('reads back every address from every attribute, with and without a fingerprint', () => {
    const types = fc.constantFrom(0x0001, 0x0020, 0x8020);
    fc.assert(
      fc.property(anyAddress, anyId, types, fc.boolean(), (wanted, transactionId, type, signed) => {
        const attribute = addressAttribute(type, wanted.bytes, transactionId);
        const message = stunMessage(stunTypes.success, transactionId, [attribute]);
        const reading = readBindingResponse(signed ? withFingerprint(message) : message, transactionId);
        return reading.kind === 'address' && reading.address.text === wanted.text;
      }),
      seeded,
    );
  });
});
