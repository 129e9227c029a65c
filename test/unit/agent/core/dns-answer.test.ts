// DNS answers that hold the asker's address: the records of the three known services, each wrong one, and any bytes.
import packet from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AddressRecord,
  encodeDnsQuestion,
  longestDnsAnswer,
  readDnsAnswer,
} from '../../../../agent/core/dns-answer.ts';

const a: AddressRecord = { name: 'myip.contoso.test', type: 'A', class: 'IN' };
const aaaa: AddressRecord = { ...a, type: 'AAAA' };
const txt: AddressRecord = { ...a, type: 'TXT' };
const chaos: AddressRecord = { name: 'whoami.contoso', type: 'TXT', class: 'CH' };
const id = 0x1234;

type Change = { readonly id?: number; readonly flags?: number; readonly type?: 'query' | 'response' };

function answerTo(record: AddressRecord, data: readonly unknown[], change: Change = {}): Uint8Array {
  const { name, type, class: kind } = record;
  return packet.encode({
    type: 'response',
    id,
    questions: [{ name, type, class: kind }],
    answers: data.map((one) => ({ name, type, class: kind, ttl: 0, data: one }) as packet.Answer),
    ...change,
  });
}

function read(message: Uint8Array, record: AddressRecord = a): string {
  const reading = readDnsAnswer(message, record, id);
  switch (reading.kind) {
    case 'address':
      return reading.address.text;
    case 'refused':
      return `refused ${reading.code}`;
    case 'malformed':
    case 'foreign':
      return `${reading.kind}: ${reading.detail}`;
    default:
      return reading.kind;
  }
}

it('a question asks for one record of its type and class', () => {
  expect(packet.decode(Buffer.from(encodeDnsQuestion(chaos, 0xffff)))).toMatchObject({
    id: 0xffff,
    type: 'query',
    questions: [{ name: 'whoami.contoso', type: 'TXT', class: 'CH' }],
    answers: [],
  });
});

describe('the address', () => {
  it.each([
    ['an A record', a, ['192.0.2.7'], '192.0.2.7'],
    ['an AAAA record', aaaa, ['2001:db8::7'], '2001:db8::7'],
    ['a TXT record', txt, ['192.0.2.7'], '192.0.2.7'],
    ['a TXT record with quotes', txt, ['"192.0.2.7"'], '192.0.2.7'],
    ['a TXT record in pieces', txt, [['2001:db8:', ':7']], '2001:db8::7'],
    ['a TXT record of class CH', chaos, ['2001:db8::7'], '2001:db8::7'],
    ['one TXT record of several', txt, ['edns0-client-subnet 192.0.2.0/24', '192.0.2.7'], '192.0.2.7'],
    ['two equal records', a, ['192.0.2.7', '192.0.2.7'], '192.0.2.7'],
  ])('is read from %s', (_, record, data, expected) => {
    expect(read(answerTo(record, data), record)).toBe(expected);
  });

  it('is read whatever the case of the name', () => {
    expect(read(answerTo({ ...a, name: 'MyIP.contoso.test' }, ['192.0.2.7']))).toBe('192.0.2.7');
  });
});

describe('an answer that is wrong', () => {
  const good = answerTo(a, ['192.0.2.7']);
  const TC = packet.TRUNCATED_RESPONSE;
  it.each([
    ['of another id', answerTo(a, ['192.0.2.7'], { id: 0x4321 }), 'foreign: the answer to another question'],
    ['that is a question', answerTo(a, [], { type: 'query' }), 'foreign: the answer to another question'],
    [
      'to another name',
      answerTo({ ...a, name: 'other.test' }, ['192.0.2.7']),
      'foreign: the answer to another question',
    ],
    ['to another type', answerTo(txt, ['192.0.2.7']), 'foreign: the answer to another question'],
    [
      'to another class',
      answerTo({ ...a, class: 'CH' }, ['192.0.2.7']),
      'foreign: the answer to another question',
    ],
    ['cut off in its address', good.subarray(0, -2), 'malformed: the record holds no address'],
    ['cut off before it', good.subarray(0, -8), expect.stringMatching(/^foreign: it cannot be read: /)],
    ['without a header', good.subarray(0, 11), 'foreign: 11 bytes are no DNS answer'],
    ['that is oversized', new Uint8Array(longestDnsAnswer + 1), 'foreign: 4097 bytes are no DNS answer'],
    ['that is truncated', answerTo(a, [], { flags: TC }), 'truncated'],
    ['without records', answerTo(a, []), 'malformed: no such record'],
    ['that refuses', answerTo(a, [], { flags: 5 }), 'refused REFUSED'],
    ['that knows no such name', answerTo(a, [], { flags: 3 }), 'refused NXDOMAIN'],
    ['with an odd code', answerTo(a, [], { flags: 9 }), 'refused RCODE 9'],
    ['with two addresses', answerTo(a, ['192.0.2.7', '198.51.100.5']), 'several-addresses'],
  ])('%s', (_, message, expected) => {
    expect(read(message)).toEqual(expected);
  });

  it.each([
    ['prose', 'your address is 192.0.2.7'],
    ['nothing', ''],
    ['a page', '<html>'],
  ])('a TXT record with %s', (_, text) => {
    expect(read(answerTo(txt, [text]), txt)).toBe('malformed: the record holds no address');
  });

  it('does not take a record of another name for the answer', () => {
    const message = packet.encode({
      type: 'response',
      id,
      questions: [{ name: a.name, type: 'A', class: 'IN' }],
      answers: [{ name: 'other.test', type: 'A', class: 'IN', data: '192.0.2.7' }],
    });
    expect(read(message)).toBe('malformed: no such record');
  });
});

describe('whatever comes', () => {
  it('never throws and takes no time', () => {
    const good = answerTo(txt, [['192.0.2.7', 'x'.repeat(200)]]);
    const header = [id >> 8, id & 0xff];
    const mutated = fc
      .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
      .map((changes) => {
        const bytes = Uint8Array.from(good);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes;
      });
    const anything = fc.uint8Array({ maxLength: 600 }).map((rest) => Uint8Array.from([...header, ...rest]));
    fc.assert(
      fc.property(fc.oneof(mutated, anything), (message) => {
        const { kind } = readDnsAnswer(message, txt, id);
        return ['address', 'truncated', 'refused', 'several-addresses', 'malformed', 'foreign'].includes(
          kind,
        );
      }),
      { seed: 1035, numRuns: 3000 },
    );
  });

  it('follows chained name pointers of the longest answer in bounded time', () => {
    // Each name points to the pointer before it: the decoder's worst case.
    const header = Buffer.alloc(12);
    header.writeUInt16BE(id, 0);
    header.writeUInt16BE(0x8000, 2);
    const pointers = Buffer.alloc(2 * 1900);
    for (let i = 1; i < 1900; i++) pointers.writeUInt16BE(0xc000 | (12 + 2 * (i - 1)), 2 * i);
    header.writeUInt16BE(400, 6);
    const before = performance.now();
    expect(readDnsAnswer(Buffer.concat([header, pointers]), txt, id).kind).toBe('foreign');
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
