// Questions as programs ask them, each kind that is the nameserver's business alone, and each that cannot be read.
import { describe, expect, it } from 'vitest';
import { dnsHeaderBytes, longestDnsQuestion, readDnsQuestion } from '../../../../agent/core/dns-question.ts';
import { dnsQuestion } from '../../../support/dns-client.ts';

const plain = dnsQuestion('www.contoso.test');

function changed(message: Buffer, changes: readonly (readonly [at: number, byte: number])[]): Buffer {
  const copy = Buffer.from(message);
  for (const [at, byte] of changes) copy[at] = byte;
  return copy;
}

/** A header that announces one question and `additional` records, and what follows it. */
function withHeader(rest: Uint8Array, additional = 0): Buffer {
  return Buffer.concat([Buffer.from([1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, additional]), rest]);
}

function told(message: Uint8Array): string {
  const reading = readDnsQuestion(message);
  if (reading.kind === 'question') return `${reading.name} ${reading.type}`;
  return reading.kind === 'other' ? 'other' : `malformed: ${reading.detail}`;
}

describe('a question', () => {
  it('has a canonical name, its type, and the bytes that a reply echoes', () => {
    const message = dnsQuestion('WwW.ContosO.test', { type: 'AAAA', id: 0xbeef });
    const reading = readDnsQuestion(message);
    expect(reading).toMatchObject({ kind: 'question', name: 'www.contoso.test', type: 28 });
    expect(reading.asked).toMatchObject({ id: 0xbeef, flags: 0x0100, edns: null });
    expect(reading.asked?.echo).toEqual(message.subarray(dnsHeaderBytes));
  });

  it('may carry EDNS with its DO bit', () => {
    const message = dnsQuestion('www.contoso.test', { payload: 4096 });
    expect(readDnsQuestion(message).asked?.edns).toEqual({ version: 0, dnssecOk: false });
    const withDo = changed(message, [[message.length - 4, 0x80]]);
    expect(readDnsQuestion(withDo).asked?.edns).toEqual({ version: 0, dnssecOk: true });
  });

  it('may be of class ANY, which takes IN along', () => {
    expect(told(changed(plain, [[plain.length - 1, 255]]))).toBe('www.contoso.test 1');
  });

  it('may be followed by bytes that belong to nothing', () => {
    expect(told(Buffer.concat([plain, Buffer.alloc(9)]))).toBe('www.contoso.test 1');
  });

  it('is read from any view of a larger buffer', () => {
    const larger = Buffer.concat([Buffer.alloc(7, 0xff), plain]);
    expect(told(larger.subarray(7))).toBe('www.contoso.test 1');
  });
});

describe('the business of the nameserver alone is', () => {
  it.each([
    ['another opcode', changed(plain, [[2, 0x28]])],
    ['another class', changed(plain, [[plain.length - 1, 3]])],
    ['no question at all (RFC 7873 cookies)', changed(plain, [[5, 0]]).subarray(0, 12)],
    ['the root', dnsQuestion('.')],
    ['a label with a dot in it', withHeader(Buffer.from('\x03a.b\x04test\0\0\x01\0\x01', 'latin1'))],
    ['a label that is no ASCII', withHeader(Buffer.from('\x02\xc3\xa9\x04test\0\0\x01\0\x01', 'latin1'))],
    ['a name that reads as an address', dnsQuestion('127.0.0.1')],
  ])('%s', (_, message) => {
    expect(told(message)).toBe('other');
  });
});

describe('what cannot be read is', () => {
  const pointerToItself = Buffer.from([0xc0, 12, 0, 1, 0, 1]);
  const longLabels = Buffer.concat(Array.from({ length: 5 }, () => Buffer.from(`\x3f${'a'.repeat(63)}`)));
  const opt = Buffer.from([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]);
  const name = plain.subarray(dnsHeaderBytes);
  it.each([
    ['shorter than a header', plain.subarray(0, 11), '11 bytes are no DNS message'],
    ['nothing', Buffer.alloc(0), '0 bytes are no DNS message'],
    ['an answer', changed(plain, [[2, 0x81]]), 'it is an answer'],
    ['oversized', Buffer.concat([plain, Buffer.alloc(longestDnsQuestion)]), 'longer than 4096 bytes'],
    ['several questions', changed(plain, [[5, 2]]), '2 questions in one message'],
    [
      'most questions',
      changed(plain, [
        [4, 255],
        [5, 255],
      ]),
      '65535 questions in one message',
    ],
    ['a pointer that points to itself', withHeader(pointerToItself), 'its question cannot be read'],
    [
      'a pointer into the header',
      withHeader(Buffer.from([0xc0, 0, 0, 1, 0, 1])),
      'its question cannot be read',
    ],
    [
      'a label type of no standard',
      withHeader(Buffer.from([0x41, 0, 0, 1, 0, 1])),
      'its question cannot be read',
    ],
    [
      'a name too long',
      withHeader(Buffer.concat([longLabels, Buffer.alloc(5)])),
      'its question cannot be read',
    ],
    ['cut off in its name', plain.subarray(0, 16), 'its question cannot be read'],
    ['cut off in its type', plain.subarray(0, -3), 'its question cannot be read'],
    ['without the record that it announces', changed(plain, [[11, 1]]), 'its records cannot be read'],
    ['twice EDNS', withHeader(Buffer.concat([name, opt, opt]), 2), 'its records cannot be read'],
    [
      'a record longer than the message',
      withHeader(Buffer.concat([name, opt.subarray(0, 10), Buffer.from([9])]), 1),
      'its records cannot be read',
    ],
  ])('%s', (_, message, detail) => {
    expect(told(message)).toBe(`malformed: ${detail}`);
  });

  it('answered with FORMERR as far as there is a header of a question', () => {
    expect(readDnsQuestion(plain.subarray(0, 11)).asked).toBeNull();
    expect(readDnsQuestion(changed(plain, [[2, 0x81]])).asked).toBeNull();
    expect(readDnsQuestion(plain.subarray(0, 16)).asked).toMatchObject({ id: 0x1234 });
  });
});
