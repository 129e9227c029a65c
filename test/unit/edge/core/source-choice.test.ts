// The source table row by row, and what no input can bring about.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress, parsePrefix } from '../../../../protocol/address.ts';
import { chooseSource, peerAssurance, type SourceInput } from '../../../../edge/core/source-choice.ts';

const v4 = '20.190.128.7';
const otherV4 = '20.190.128.8';
const v6 = '2603:1006:2000:1::7';
const sameNet = '2603:1006:2000:1:ffff::1';
const otherNet = '2603:1006:2000:2::7';
const lan = '192.168.1.20';

type Row = [
  name: string,
  given: {
    peer: string;
    ipv4?: string;
    ipv6?: string;
    prefers?: 'ipv4' | 'ipv6';
    strict?: true;
    refuseUnknown?: true;
    ranges?: readonly string[];
  },
  expected: [source: string | null, assurance: string, flags: string[], denial: string | null],
];

const rows: Row[] = [
  ['no attestation', { peer: v4 }, [v4, 'observed', [], null]],
  ['the same address attested', { peer: v4, ipv4: v4 }, [v4, 'observed+attested', [], null]],
  ['the same IPv6 network attested', { peer: v6, ipv6: sameNet }, [v6, 'observed+attested', [], null]],
  [
    'another IPv6 network attested',
    { peer: v6, ipv6: otherNet },
    [v6, 'observed', ['egress-mismatch'], null],
  ],
  ['another address attested', { peer: v4, ipv4: otherV4 }, [v4, 'observed', ['egress-mismatch'], null]],
  [
    'another address attested, strict',
    { peer: v4, ipv4: otherV4, strict: true },
    [v4, 'observed', ['egress-mismatch'], 'egress-mismatch'],
  ],
  ['only the other family attested', { peer: v4, ipv6: v6 }, [v4, 'observed', [], null]],
  [
    'the other family attested and preferred',
    { peer: v6, ipv4: v4, prefers: 'ipv4' },
    [v4, 'attested', [], null],
  ],
  ['the other family preferred, not attested', { peer: v6, prefers: 'ipv4' }, [v6, 'observed', [], null]],
  ["the peer's family preferred", { peer: v4, ipv6: v6, prefers: 'ipv4' }, [v4, 'observed', [], null]],
  [
    'the other family preferred beside a mismatch',
    { peer: v6, ipv6: otherNet, ipv4: v4, prefers: 'ipv4' },
    [v4, 'attested', ['egress-mismatch'], null],
  ],
  ['a private peer, attested', { peer: lan, ipv4: v4 }, [v4, 'attested', [], null]],
  ['a private peer, the other family attested', { peer: lan, ipv6: v6 }, [v6, 'attested', [], null]],
  ['a private peer, both attested', { peer: lan, ipv4: v4, ipv6: v6 }, [v4, 'attested', [], null]],
  [
    'a private peer, both attested, IPv6 preferred',
    { peer: lan, ipv4: v4, ipv6: v6, prefers: 'ipv6' },
    [v6, 'attested', [], null],
  ],
  ['a private peer, nothing attested', { peer: lan }, [null, 'unknown', ['source-unknown'], null]],
  ['a private peer in a named range', { peer: lan, ranges: ['192.168.0.0/16'] }, [lan, 'observed', [], null]],
  [
    'nobody as peer, in a range of everything',
    { peer: '0.0.0.0', ranges: ['0.0.0.0/0'] },
    [null, 'unknown', ['source-unknown'], null],
  ],
  [
    'a private peer, nothing attested, where that is refused',
    { peer: lan, refuseUnknown: true },
    [null, 'unknown', ['source-unknown'], 'source-unknown'],
  ],
  [
    'a private peer, attested, where the unknown is refused',
    { peer: lan, ipv6: v6, refuseUnknown: true },
    [v6, 'attested', [], null],
  ],
  ['nobody as peer, attested', { peer: '::', ipv4: v4 }, [v4, 'attested', [], null]],
  [
    'a mapped peer, the same address attested',
    { peer: `::ffff:${v4}`, ipv4: v4 },
    [v4, 'observed+attested', [], null],
  ],
  [
    'a peer behind carrier-grade NAT, seen inside',
    { peer: '100.64.0.7' },
    [null, 'unknown', ['source-unknown'], null],
  ],
  [
    'a peer behind carrier-grade NAT, seen inside, attested outside',
    { peer: '100.64.0.7', ipv4: v4 },
    [v4, 'attested', [], null],
  ],
  [
    'the other address of a pool that is not paired',
    { peer: otherV4, ipv4: v4 },
    [otherV4, 'observed', ['egress-mismatch'], null],
  ],
  ['a NAT64 peer', { peer: `64:ff9b::14be:8007`, ipv4: v4 }, [v4, 'attested', [], null]],
  [
    'a NAT64 peer, nothing attested',
    { peer: '64:ff9b::14be:8007' },
    [null, 'unknown', ['source-unknown'], null],
  ],
  [
    'another network attested in the other family, strict',
    { peer: v4, ipv6: otherNet, strict: true },
    [v4, 'observed', [], null],
  ],
  [
    'a mismatch beside the preferred family, strict',
    { peer: v6, ipv6: otherNet, ipv4: v4, prefers: 'ipv4', strict: true },
    [v4, 'attested', ['egress-mismatch'], 'egress-mismatch'],
  ],
  [
    'the same IPv6 network attested, strict: the full address seen is stated',
    { peer: v6, ipv6: sameNet, strict: true },
    [v6, 'observed+attested', [], null],
  ],
  [
    'a private peer with an attestation, strict',
    { peer: lan, ipv4: v4, strict: true },
    [v4, 'attested', [], null],
  ],
  [
    'a private peer beside a named range',
    { peer: lan, ranges: ['192.168.2.0/24'] },
    [null, 'unknown', ['source-unknown'], null],
  ],
];

test.each(rows)('%s', (_name, given, [source, assurance, flags, denial]) => {
  const choice = chooseSource(input(given));
  expect(choice.source?.text ?? null).toBe(source);
  expect(choice).toMatchObject({ assurance, flags });
  expect(choice.denial?.reason ?? null).toBe(denial);
});

test.each<[name: string, given: Row[1], unused: readonly string[]]>([
  ['alone', { peer: v4, ipv6: v6 }, ['other-family']],
  ['alone, strict', { peer: v6, ipv4: v4, strict: true }, ['other-family']],
  ["alone, the peer's family preferred", { peer: v4, ipv6: v6, prefers: 'ipv4' }, ['other-family']],
  ['alone, preferred', { peer: v4, ipv6: v6, prefers: 'ipv6' }, []],
  ["beside one of the peer's family", { peer: v4, ipv4: v4, ipv6: v6 }, []],
  ["beside one of the peer's family that differs", { peer: v4, ipv4: otherV4, ipv6: v6 }, []],
  ['alone, the peer no possible source', { peer: lan, ipv6: v6 }, []],
])('a statement of the other family that serves nothing is named: %s', (_name, given, unused) => {
  expect(chooseSource(input(given)).unused).toEqual(unused);
});

test('the source is the peer or a verified statement, whatever comes', () => {
  const v4s = fc.constantFrom(v4, otherV4, lan, '127.0.0.1');
  const v6s = fc.constantFrom(v6, sameNet, otherNet, 'fe80::1');
  const given = fc.record({
    peer: fc.oneof(v4s, v6s),
    ipv4: fc.option(v4s, { nil: undefined }),
    ipv6: fc.option(v6s, { nil: undefined }),
    prefers: fc.constantFrom(undefined, 'ipv4' as const, 'ipv6' as const),
    strict: fc.constantFrom(undefined, true as const),
    ranges: fc.constantFrom([], ['127.0.0.0/8'], ['0.0.0.0/0']),
  });
  fc.assert(
    fc.property(given, (g) => {
      const choice = chooseSource(input(g));
      const possible = [g.peer, g.ipv4, g.ipv6];
      if (choice.source !== null) expect(possible).toContain(choice.source.text);
      if (choice.assurance.startsWith('observed')) expect(choice.source?.text).toBe(g.peer);
      expect(choice.source === null).toBe(choice.assurance === 'unknown');
    }),
  );
});

function input(given: {
  peer: string;
  ipv4?: string | undefined;
  ipv6?: string | undefined;
  prefers?: 'ipv4' | 'ipv6' | undefined;
  strict?: true | undefined;
  refuseUnknown?: true | undefined;
  ranges?: readonly string[];
}): SourceInput {
  return {
    peer: parseAddress(given.peer)!,
    attested: { ipv4: parseAddress(given.ipv4 ?? ''), ipv6: parseAddress(given.ipv6 ?? '') },
    preferredFamily: given.prefers ?? null,
    sourceRanges: (given.ranges ?? []).map((text) => parsePrefix(text)!),
    strict: given.strict ?? false,
    refuseUnknown: given.refuseUnknown ?? false,
  };
}

test.each([
  ['seen alone', v4, {}, 'observed'],
  ['seen and attested', v4, { ipv4: v4 }, 'observed+attested'],
  ['seen, with another attested', v4, { ipv4: otherV4 }, 'observed'],
  ['seen, with the other family attested', v4, { ipv6: v6 }, 'observed'],
  ['private, whatever is attested', lan, { ipv4: v4 }, 'unknown'],
])("how sure the peer's own address is: %s", (_, peer, attested, expected) => {
  const { ipv4 = null, ipv6 = null } = attested as { ipv4?: string; ipv6?: string };
  const input: SourceInput = {
    peer: parseAddress(peer)!,
    attested: { ipv4: parseAddress(ipv4 ?? ''), ipv6: parseAddress(ipv6 ?? '') },
    preferredFamily: 'ipv6',
    sourceRanges: [],
    strict: false,
    refuseUnknown: false,
  };
  expect(peerAssurance(input)).toBe(expected);
});
