// Answers that belong to a question, and those that somebody else has made.
import packet from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { answersMessage } from '../../../../agent/core/dns-match.ts';
import { dnsQuestion } from '../../../support/dns-client.ts';

const question = dnsQuestion('WwW.contoso.test', { id: 7 });

function answer(change: Partial<packet.Packet> = {}): Buffer {
  const questions = [{ name: 'WwW.contoso.test', type: 'A', class: 'IN' } as const];
  return packet.encode({ type: 'response', id: 7, questions, ...change });
}
const about = (name: string, type: packet.RecordType = 'A', kind: packet.RecordClass = 'IN') =>
  answer({ questions: [{ name, type, class: kind }] });

describe('an answer', () => {
  it.each([
    ['with the same question', answer()],
    ['with the question in other letters', about('www.CONTOSO.test')],
    ['with records', answer({ answers: [{ name: 'x.test', type: 'A', data: '192.0.2.7' }] })],
    ['that refuses without a question', answer({ questions: [], flags: 5 })],
  ])('%s', (_, message) => {
    expect(answersMessage(message, question)).toBe(true);
  });
});

describe('no answer is one', () => {
  it.each([
    ['with another id', answer({ id: 8 })],
    ['that is a question', answer({ type: 'query' })],
    ['of another opcode', answer({ flags: 4 << 11 })],
    ['about another name', about('www.fabrikam.test')],
    ['about a longer name', about('www.contoso.test.example')],
    ['about another type', about('WwW.contoso.test', 'AAAA')],
    ['about another class', about('WwW.contoso.test', 'A', 'CH')],
    ['that is good news without a question', answer({ questions: [] })],
    ['cut off', answer().subarray(0, 20)],
    ['without a header', answer().subarray(0, 11)],
  ])('%s', (_, message) => {
    expect(answersMessage(message, question)).toBe(false);
  });
});

it('a message whose question nobody reads here is matched by id and opcode', () => {
  const update = dnsQuestion('contoso.test', { id: 7, flags: 5 << 11 });
  expect(answersMessage(answer({ flags: 5 << 11 }), update)).toBe(true);
  expect(answersMessage(answer(), update)).toBe(false);
});
