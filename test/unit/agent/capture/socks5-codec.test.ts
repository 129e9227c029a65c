// SOCKS5 messages are read the same wherever they are cut, and no bytes make the reader throw.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Decoded,
  decodeCredentials,
  decodeGreeting,
  decodeRequest,
  encodeCredentialsReply,
  encodeMethod,
  encodeReply,
  socks5LongestMessage,
  socks5Methods,
  socks5Replies,
} from '../../../../agent/capture/socks5-codec.ts';
import { formatDestination } from '../../../../protocol/destination.ts';

const decoders: readonly ((bytes: Buffer) => Decoded<unknown>)[] = [
  decodeGreeting,
  decodeCredentials,
  decodeRequest,
];

const port = fc.integer({ min: 1, max: 65_535 });
const bytesOf = (text: string) => [...Buffer.from(text, 'latin1')];
const request = (type: number, host: readonly number[], at: number, command = 1) =>
  Buffer.from([5, command, 0, type, ...host, at >> 8, at & 0xff]);
const nameRequest = (name: string, at: number) => request(3, [name.length, ...bytesOf(name)], at);

describe('a greeting', () => {
  test('gives the offered methods and leaves what follows', () => {
    expect(decodeGreeting(Buffer.of(5, 2, 0, 2, 99))).toEqual({ kind: 'complete', value: [0, 2], length: 4 });
  });

  test.each([
    ['SOCKS4', Buffer.of(4, 1, 0, 80)],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n')],
    ['TLS', Buffer.of(0x16, 3, 1)],
  ])('of %s is refused at its first byte', (_, bytes) => {
    expect(decodeGreeting(bytes)).toEqual({ kind: 'invalid', reason: 'wrong-version' });
    expect(decodeGreeting(bytes.subarray(0, 1))).toEqual({ kind: 'invalid', reason: 'wrong-version' });
  });

  test('that offers nothing is refused', () => {
    expect(decodeGreeting(Buffer.of(5, 0)).kind).toBe('invalid');
  });
});

describe('credentials', () => {
  test('are read exactly, empty ones too', () => {
    expect(decodeCredentials(Buffer.from([1, 2, ...bytesOf('me'), 3, ...bytesOf('pwdX')]))).toEqual({
      kind: 'complete',
      value: { user: Buffer.from('me'), password: Buffer.from('pwd') },
      length: 8,
    });
    expect(decodeCredentials(Buffer.of(1, 0, 0))).toMatchObject({ kind: 'complete', length: 3 });
  });

  test('at their longest fit the limit', () => {
    const longest = Buffer.from([
      1,
      255,
      ...new Array<number>(255).fill(65),
      255,
      ...new Array<number>(255).fill(66),
    ]);
    expect(decodeCredentials(longest)).toMatchObject({ kind: 'complete', length: socks5LongestMessage });
  });
});

describe('a request', () => {
  test('by name keeps the name, canonicalised', () => {
    expect(destinationOf(nameRequest('Login.Contoso.TEST.', 443))).toBe('login.contoso.test:443');
  });

  test('by address gives the address', () => {
    expect(destinationOf(request(1, [192, 0, 2, 7], 80))).toBe('192.0.2.7:80');
    const ipv6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    expect(destinationOf(request(4, ipv6, 443))).toBe('[2001:db8::1]:443');
  });

  test('by an address written as a name is the address', () => {
    expect(destinationOf(nameRequest('192.0.2.7', 80))).toBe('192.0.2.7:80');
  });

  test('for an IPv4-mapped IPv6 address is for the IPv4 address', () => {
    const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1];
    expect(destinationOf(request(4, mapped, 80))).toBe('127.0.0.1:80');
  });

  test.each([
    ['BIND', request(1, [192, 0, 2, 7], 80, 2), socks5Replies.commandNotSupported],
    ['UDP ASSOCIATE', request(1, [0, 0, 0, 0], 0, 3), socks5Replies.commandNotSupported],
    ['an unknown address type', request(9, [1, 2, 3], 80), socks5Replies.addressTypeNotSupported],
    ['port 0', request(1, [192, 0, 2, 7], 0), socks5Replies.connectionRefused],
    ['a number-like name', nameRequest('0x7f.1', 80), socks5Replies.hostUnreachable],
    ['a name with a line break', nameRequest('a\r\nb', 80), socks5Replies.hostUnreachable],
    ['an empty name', request(3, [0], 80), socks5Replies.hostUnreachable],
  ])('for %s is answered with its own reply', (_, bytes, reply) => {
    expect(decodeRequest(bytes)).toMatchObject({ kind: 'complete', value: { kind: 'unusable', reply } });
  });

  test('with a reserved byte is refused', () => {
    expect(decodeRequest(Buffer.of(5, 1, 1, 1)).kind).toBe('invalid');
  });
});

test('a message cut anywhere is incomplete, and whole it is the same whatever follows', () => {
  const label = fc.stringMatching(/^[a-z]{1,20}$/);
  const messages = fc.oneof(
    fc
      .uint8Array({ minLength: 1, maxLength: 255 })
      .map((methods) => [decodeGreeting, Buffer.from([5, methods.length, ...methods])] as const),
    fc
      .tuple(fc.uint8Array({ maxLength: 255 }), fc.uint8Array({ maxLength: 255 }))
      .map(([u, p]) => [decodeCredentials, Buffer.from([1, u.length, ...u, p.length, ...p])] as const),
    fc
      .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), port)
      .map(([labels, at]) => [decodeRequest, nameRequest(labels.join('.'), at)] as const),
    fc
      .tuple(fc.uint8Array({ minLength: 4, maxLength: 4 }), port)
      .map(([host, at]) => [decodeRequest, request(1, [...host], at)] as const),
    fc
      .tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), port)
      .map(([host, at]) => [decodeRequest, request(4, [...host], at)] as const),
  );
  fc.assert(
    fc.property(messages, fc.nat(), fc.uint8Array({ maxLength: 40 }), ([decode, bytes], cut, rest) => {
      expect(decode(bytes.subarray(0, cut % bytes.length))).toEqual({ kind: 'incomplete' });
      const whole = decode(bytes);
      expect(whole).toMatchObject({ kind: 'complete', length: bytes.length });
      expect(decode(Buffer.concat([bytes, rest]))).toEqual(whole);
    }),
  );
});

test('no bytes make a decoder throw or claim more than it was given', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 600 }),
        fc
          .tuple(fc.constantFrom(1, 5), fc.uint8Array({ maxLength: 600 }))
          .map(([first, rest]) => [first, ...rest]),
      ),
      fc.nat(2),
      (hostile, index) => {
        const bytes = Buffer.from(hostile);
        const decoded = decoders[index]!(bytes);
        if (decoded.kind === 'complete') expect(decoded.length).toBeLessThanOrEqual(bytes.length);
        if (bytes.length >= socks5LongestMessage) expect(decoded.kind).not.toBe('incomplete');
      },
    ),
    { numRuns: 2000 },
  );
});

test('answers are the bytes of the RFCs', () => {
  expect(encodeMethod(socks5Methods.password)).toEqual(Buffer.of(5, 2));
  expect(encodeCredentialsReply(true)).toEqual(Buffer.of(1, 0));
  expect(encodeCredentialsReply(false)).toEqual(Buffer.of(1, 1));
  expect(encodeReply(socks5Replies.notAllowed)).toEqual(Buffer.of(5, 2, 0, 1, 0, 0, 0, 0, 0, 0));
});

function destinationOf(bytes: Buffer): string {
  const decoded = decodeRequest(bytes);
  if (decoded.kind !== 'complete' || decoded.value.kind !== 'connect') return JSON.stringify(decoded);
  return formatDestination(decoded.value.destination);
}
