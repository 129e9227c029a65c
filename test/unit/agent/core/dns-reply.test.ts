// The replies of the agent, as a decoder and as the bytes show them.
import packet from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../../protocol/address.ts';
import { readDnsQuestion } from '../../../../agent/core/dns-question.ts';
import {
  addressReply,
  badVersionReply,
  emptyReply,
  formatErrorReply,
  noSuchNameReply,
  serverFailureReply,
} from '../../../../agent/core/dns-reply.ts';
import { dnsQuestion } from '../../../support/dns-client.ts';

const synthetic = parseAddress('6.6.0.1')!;

function asked(message: Buffer) {
  const { asked: one } = readDnsQuestion(message);
  if (one === null) throw new Error('the test asks what cannot be answered');
  return one;
}

function decode(reply: Uint8Array): packet.DecodedPacket {
  return packet.decode(Buffer.from(reply));
}

const question = dnsQuestion('WwW.contoso.test', { id: 0xbeef });

it('an address lives ten seconds, and the question comes back byte for byte', () => {
  const reply = addressReply(asked(question), 'www.contoso.test', synthetic);
  expect(Buffer.from(reply.subarray(12, question.length))).toEqual(question.subarray(12));
  expect(decode(reply)).toMatchObject({
    id: 0xbeef,
    type: 'response',
    rcode: 'NOERROR',
    flag_rd: true,
    flag_ra: true,
    flag_aa: false,
    flag_tc: false,
    questions: [{ name: 'WwW.contoso.test', type: 'A', class: 'IN' }],
    answers: [{ name: 'www.contoso.test', type: 'A', class: 'IN', ttl: 10, data: '6.6.0.1' }],
    additionals: [],
  });
});

it.each([
  ['nothing of that type', emptyReply, 'NOERROR'],
  ['no such name', noSuchNameReply, 'NXDOMAIN'],
])('%s may be remembered as long', (_, make, rcode) => {
  expect(decode(make(asked(question), 'www.contoso.test'))).toMatchObject({
    rcode,
    answers: [],
    authorities: [{ name: 'contoso.test', type: 'SOA', ttl: 10, data: { minimum: 10 } }],
  });
});

it.each([
  ['FORMERR', formatErrorReply],
  ['SERVFAIL', serverFailureReply],
])('%s echoes the question', (rcode, make) => {
  expect(decode(make(asked(question)))).toMatchObject({ rcode, questions: [{ name: 'WwW.contoso.test' }] });
});

it('FORMERR to what has no readable question has none', () => {
  expect(decode(formatErrorReply(asked(question.subarray(0, 15))))).toMatchObject({
    id: 0xbeef,
    rcode: 'FORMERR',
    questions: [],
  });
});

it('another opcode comes back in the failure of its message', () => {
  const update = dnsQuestion('contoso.test', { flags: 5 << 11 });
  expect(decode(serverFailureReply(asked(update)))).toMatchObject({ opcode: 'UPDATE', rcode: 'SERVFAIL' });
});

describe('EDNS', () => {
  const withEdns = dnsQuestion('www.contoso.test', { payload: 4096 });

  it('is answered with EDNS, and only then', () => {
    expect(decode(addressReply(asked(withEdns), 'www.contoso.test', synthetic)).additionals).toMatchObject([
      { type: 'OPT', name: '.', udpPayloadSize: 1232, ednsVersion: 0, extendedRcode: 0, flag_do: false },
    ]);
  });

  it('keeps the DO bit', () => {
    const withDo = Buffer.from(withEdns);
    withDo[withDo.length - 4] = 0x80;
    expect(decode(emptyReply(asked(withDo), 'www.contoso.test')).additionals).toMatchObject([
      { flag_do: true },
    ]);
  });

  it('of a later version is refused with ours', () => {
    const later = Buffer.from(withEdns);
    later[later.length - 5] = 1;
    expect(decode(badVersionReply(asked(later))).additionals).toMatchObject([
      { ednsVersion: 0, extendedRcode: 1 },
    ]);
  });
});

it('a name of 230 characters fits into the 512 bytes of a question without EDNS', () => {
  const name = Array.from({ length: 10 }, () => 'a'.repeat(22)).join('.') + '.b';
  const long = asked(dnsQuestion(name));
  const replies = [addressReply(long, name, synthetic), emptyReply(long, name), noSuchNameReply(long, name)];
  expect(Math.max(...replies.map(({ length }) => length))).toBeLessThanOrEqual(512);
});
