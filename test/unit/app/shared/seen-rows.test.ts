import { expect, test } from 'vitest';
import {
  egressSource,
  knownAddresses,
  ownAddresses,
  pathAddresses,
  pathCounts,
  pathOf,
  seenCsvHeader,
  seenCsvRows,
  seenSections,
  verdictOf,
} from '../../../../app/shared/seen-rows.ts';
import { seen } from '../../../support/seen-as.ts';
import { askedAbout, contosoReport, edgeAddress, measuredAt } from '../../../support/shown-diagnostics.ts';

const report = contosoReport();

test('destinations stand by who runs them; hosts for one purpose that see the same are one row', () => {
  const sections = seenSections(report, [askedAbout('wiki.test')]);
  expect(sections.map(({ group, rows }) => [group, rows.map(({ one }) => one.destination)])).toEqual([
    ['asked', ['wiki.test']],
    [
      'tenant',
      ['login.microsoftonline.com', 'graph.microsoft.com', 'outlook.office365.com', 'contoso.sharepoint.com'],
    ],
    ['organisation', ['login.contoso.test', 'sts.contoso.test', 'wiki.contoso.test']],
    ['rest', ['login.live.com']],
  ]);
  expect(sections.at(-1)?.rows[0]?.more).toEqual(['device.login.microsoftonline.com', 'aadcdn.msauth.net']);
});

test('what sees another address than the sign-in is marked, and without a mismatch nothing is', () => {
  const differing = (one: typeof report): readonly string[] =>
    seenSections(one, [])
      .flatMap(({ rows }) => rows)
      .filter(({ differs }) => differs)
      .map((row) => row.one.destination);
  expect(differing(report)).toEqual(['contoso.sharepoint.com']);
  expect(differing(contosoReport({ mismatch: null }))).toEqual([]);
});

test('paths are counted by whose address is seen', () => {
  expect(pathCounts(report.destinations)).toEqual({
    direct: 1,
    restored: 3,
    edge: 6,
    blocked: 0,
    unknown: 0,
  });
  expect(pathOf(seen([], { path: 'blocked', whose: null }))).toBe('blocked');
});

test('addresses and where they lie are taken from what destinations are told', () => {
  expect(knownAddresses(askedAbout('wiki.test'))).toEqual(['203.0.113.7', '2001:db8::7']);
  expect(verdictOf(report, edgeAddress)).toMatchObject({ kind: 'inside' });
  expect(verdictOf(report, '192.0.2.1')).toBeNull();
});

test('the own address is known by whoever signed it, else by those who told it, else not', () => {
  const { ipv4, ipv6 } = report.egress;
  const unsigned = ipv4.evidence.map((one) => ({ ...one, signed: false }));
  const none = { ...ipv6, state: 'none' as const, address: null, evidence: [] };
  expect(egressSource(report.egress)).toEqual({ kind: 'signed', at: measuredAt });
  expect(egressSource({ ipv4: { ...ipv4, evidence: unsigned }, ipv6 })).toEqual({
    ...{ kind: 'told', operators: ['Contoso'], at: measuredAt },
  });
  expect(egressSource({ ipv4: { ...none, state: 'ambiguous' }, ipv6: none })).toEqual({
    ...{ kind: 'not-known', state: 'ambiguous' },
  });
  expect(egressSource({ ipv4: none, ipv6: { ...none, state: 'detecting' } })).toEqual({
    ...{ kind: 'not-known', state: 'detecting' },
  });
});

test('an address from before a change of networks is none of the own ones, whoever proved it then', () => {
  const { ipv4, ipv6 } = report.egress;
  const changed = { ipv4: { ...ipv4, state: 'stale' as const }, ipv6 };
  expect(ownAddresses(report.egress)).toEqual(['203.0.113.7', '2001:db8::7']);
  expect(ownAddresses(changed)).toEqual(['2001:db8::7']);
  expect(egressSource({ ipv4: changed.ipv4, ipv6: changed.ipv4 })).toEqual({
    ...{ kind: 'not-known', state: 'stale' },
  });
});

test('a path shows what its own destinations will see', () => {
  // The edge states the address that reached it, which is of one family.
  expect(pathAddresses(report, 'restored')).toEqual(['203.0.113.7']);
  expect(pathAddresses({ ...report, destinations: [] }, 'restored')).toEqual([]);
});

test('an export has a line for every destination and as many cells as its header', () => {
  const rows = seenCsvRows(report, [askedAbout('wiki.test')]);
  expect(rows).toHaveLength(report.destinations.length + 1);
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([seenCsvHeader.length]));
  expect(rows[0]?.slice(0, 10)).toEqual([
    ...['wiki.test', 'wiki.test', 'asked', null, 'direct', 'own', '203.0.113.7', '2001:db8::7'],
    ...['Berlin office', 'outside'],
  ]);
});
