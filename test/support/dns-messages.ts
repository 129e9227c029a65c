// DNS messages as no honest program sends them: questions of every kind, changed in every way that has broken a parser.
import fc from 'fast-check';
import { dnsHeaderBytes } from '../../agent/core/dns-question.ts';
import { dnsQuestion } from './dns-client.ts';

/** What the changes begin with: every kind of question that the responder tells apart. */
const seeds: readonly Buffer[] = [
  dnsQuestion('WwW.acquired.test'),
  dnsQuestion('www.acquired.test', { type: 'AAAA', payload: 4096 }),
  dnsQuestion('www.acquired.test', { type: 'ANY' }),
  dnsQuestion('plain.test', { payload: 1232 }),
  dnsQuestion('plain.test', { type: 'TXT' }),
  dnsQuestion('use-application-dns.net'),
  dnsQuestion('_8443._https.www.acquired.test', { type: 'UNKNOWN_65' as 'A' }),
  dnsQuestion('version.bind', { type: 'TXT', class: 'CH' }),
  dnsQuestion(Array.from({ length: 4 }, () => 'a'.repeat(60)).join('.')),
  dnsQuestion('contoso.test', { flags: 5 << 11 }),
];

const byte = fc.nat(255);
/** Numbers at which parsers have gone wrong: the ends, the label types, and pointers to what stands before and after. */
const spiteful = fc.constantFrom(0, 1, 0x3f, 0x40, 0x80, 0xbf, 0xc0, 0xc1, 0xff);

type Change = (message: Buffer) => Buffer;

const overwritten: fc.Arbitrary<Change> = fc
  .array(fc.tuple(fc.nat(0xffff), fc.oneof(byte, spiteful)), { minLength: 1, maxLength: 6 })
  .map((changes) => (message) => {
    const copy = Buffer.from(message);
    if (copy.length > 0) for (const [at, value] of changes) copy[at % copy.length] = value;
    return copy;
  });

/** Counts of records, opcode and flags: the header alone. */
const header: fc.Arbitrary<Change> = fc
  .array(fc.tuple(fc.integer({ min: 2, max: dnsHeaderBytes - 1 }), fc.oneof(byte, spiteful)), {
    minLength: 1,
    maxLength: 4,
  })
  .map((changes) => (message) => {
    const copy = Buffer.from(message);
    for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
    return copy;
  });

const cut: fc.Arbitrary<Change> = fc.nat(0xffff).map((at) => (message) => {
  return message.subarray(0, at % (message.length + 1));
});

const inserted: fc.Arbitrary<Change> = fc
  .tuple(fc.nat(0xffff), fc.uint8Array({ maxLength: 24 }))
  .map(([at, bytes]) => (message) => {
    const place = at % (message.length + 1);
    return Buffer.concat([message.subarray(0, place), bytes, message.subarray(place)]);
  });

/** A name of pointers: to itself, to one another, ahead and behind, as long as the message goes. */
const looped: fc.Arbitrary<Change> = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.nat(64))
  .map(([count, target]) => (message) => {
    const pointers = Buffer.alloc(count * 2);
    for (let i = 0; i < count; i++) pointers.writeUInt16BE(0xc000 | ((target + 2 * i) & 0x3fff), i * 2);
    return Buffer.concat([message.subarray(0, dnsHeaderBytes), pointers, message.subarray(dnsHeaderBytes)]);
  });

/** Many questions or records, as many as are announced or fewer. */
const repeated: fc.Arbitrary<Change> = fc
  .tuple(fc.integer({ min: 2, max: 60 }), fc.constantFrom(4, 6, 8, 10))
  .map(([times, count]) => (message) => {
    const body = message.subarray(dnsHeaderBytes);
    const copy = Buffer.concat([
      message.subarray(0, dnsHeaderBytes),
      ...Array.from({ length: times }, () => body),
    ]);
    if (copy.length >= dnsHeaderBytes) copy.writeUInt16BE(times, count);
    return copy;
  });

const change = fc.oneof(
  { weight: 4, arbitrary: overwritten },
  { weight: 3, arbitrary: header },
  { weight: 2, arbitrary: cut },
  { weight: 2, arbitrary: inserted },
  { weight: 1, arbitrary: looped },
  { weight: 1, arbitrary: repeated },
);

/** A question after one to three changes; at most a few thousand bytes, as one datagram carries. */
export const mutatedDnsMessages: fc.Arbitrary<Buffer> = fc
  .tuple(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([seed, changes]) => changes.reduce((message, one) => one(message), seed).subarray(0, 8192));
