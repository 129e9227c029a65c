// Which egress address several answers add up to.
import { describe, expect, it } from 'vitest';
import { consensus, observationLifeMs, refusal, sameSite } from '../../../../agent/core/consensus.ts';
import { parsePrefix } from '../../../../protocol/address.ts';
import { address, echoed, reflected, witnessed } from '../../../support/observations.ts';

const now = 1_000_000;
const at = now - 1000;
const loopback = [parsePrefix('127.0.0.0/8')!];

it('two families are never one place, be their bytes alike or not', () => {
  expect(sameSite(address('192.0.2.7'), address('2001:db8::7'))).toBe(false);
  expect(sameSite(address('0.0.0.0'), address('::'))).toBe(false);
});

describe('quorum', () => {
  it('confirms a signed answer alone and carries its token', () => {
    const answer = witnessed('1.2.3.4', { at });
    expect(consensus([answer], now, [])).toEqual({
      kind: 'confirmed',
      address: address('1.2.3.4'),
      token: answer.token,
      checkedAt: at,
      expiresAt: at + 300_000,
    });
  });

  it('confirms a reflection alone, without a token', () => {
    expect(consensus([reflected('1.2.3.4', { at })], now, [])).toMatchObject({
      kind: 'confirmed',
      token: null,
      expiresAt: at + observationLifeMs,
    });
  });

  it('calls two agreeing operators probable until the first of them ends', () => {
    const answers = [
      echoed('1.2.3.4', { at: at - 500, operator: 'one.test', overTls: false }),
      echoed('1.2.3.4', { at, operator: 'two.test' }),
    ];
    expect(consensus(answers, now, [])).toEqual({
      kind: 'probable',
      address: address('1.2.3.4'),
      checkedAt: at,
      expiresAt: at - 500 + observationLifeMs,
    });
  });

  it.each([
    ['one unsigned answer', [echoed('1.2.3.4', { at, operator: 'one.test' })]],
    [
      'two answers of one operator',
      [
        echoed('1.2.3.4', { at, operator: 'one.test' }),
        echoed('1.2.3.4', { at, operator: 'one.test', source: 'dns' }),
      ],
    ],
    [
      'two operators, none over TLS',
      [
        echoed('1.2.3.4', { at, operator: 'one.test', overTls: false }),
        echoed('1.2.3.4', { at, operator: 'two.test', overTls: false }),
      ],
    ],
  ])('calls %s ambiguous and keeps the candidate', (_, answers) => {
    expect(consensus(answers, now, [])).toEqual({
      kind: 'ambiguous',
      candidates: [address('1.2.3.4')],
      contradiction: false,
    });
  });

  it('calls two pairs that differ ambiguous', () => {
    const answers = ['1.2.3.4', '5.6.7.8'].flatMap((ip) =>
      ['one', 'two'].map((name) => echoed(ip, { at, operator: `${name}-${ip}.test` })),
    );
    expect(consensus(answers, now, [])).toMatchObject({
      kind: 'ambiguous',
      candidates: [address('1.2.3.4'), address('5.6.7.8')],
    });
  });

  it('lets an authority decide over any number of third parties', () => {
    const crowd = ['one', 'two', 'three'].map((operator) => echoed('5.6.7.8', { at, operator }));
    expect(consensus([...crowd, witnessed('1.2.3.4', { at })], now, [])).toMatchObject({
      kind: 'confirmed',
      address: address('1.2.3.4'),
    });
  });

  it('calls a witness and a reflection that differ a contradiction', () => {
    expect(consensus([witnessed('1.2.3.4', { at }), reflected('5.6.7.8', { at })], now, [])).toEqual({
      kind: 'ambiguous',
      candidates: [address('1.2.3.4'), address('5.6.7.8')],
      contradiction: true,
    });
  });

  it('takes two IPv6 addresses of one /64 as one place and names the one of the token', () => {
    const answers = [reflected('2600:1:2:3::aaaa', { at }), witnessed('2600:1:2:3::bbbb', { at: at - 1 })];
    expect(consensus(answers, now, [])).toMatchObject({
      kind: 'confirmed',
      address: address('2600:1:2:3::bbbb'),
    });
    expect(sameSite(address('2600:1:2:3::1'), address('2600:1:2:4::1'))).toBe(false);
  });

  it('does not count what has expired', () => {
    expect(consensus([witnessed('1.2.3.4', { at, lifeMs: 1000 })], now, [])).toEqual({ kind: 'nothing' });
    expect(consensus([reflected('1.2.3.4', { at: now - observationLifeMs })], now, [])).toEqual({
      kind: 'nothing',
    });
  });
});

describe('addresses that are not public', () => {
  it.each(['127.0.0.7', '10.1.2.3', '100.64.0.1', '203.0.113.7', 'fd00::1', '64:ff9b::102:304'])(
    'refuses %s even when signed',
    (ip) => {
      const answer = witnessed(ip, { at });
      expect(refusal(answer, [])).toBe('not-global');
      expect(consensus([answer], now, [])).toEqual({ kind: 'nothing' });
    },
  );

  it('takes one of the organisation’s ranges when signed or reflected', () => {
    expect(refusal(witnessed('127.0.0.7', { at }), loopback)).toBeNull();
    expect(refusal(reflected('127.0.0.7', { at }), loopback)).toBeNull();
  });

  it('refuses one of the organisation’s ranges from anybody else', () => {
    const answers = ['one', 'two'].map((operator) => echoed('127.0.0.7', { at, operator }));
    expect(refusal(answers[0]!, loopback)).toBe('range-unsigned');
    expect(consensus(answers, now, loopback)).toEqual({ kind: 'nothing' });
  });
});
