import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNftListing } from '../../../../agent/core/nft-listing.ts';

const rule = (table: string, ...expr: object[]) => ({
  rule: { family: 'inet', table, chain: 'output', handle: 1, expr },
});
const port = (right: unknown, op = '==') => ({
  match: { op, left: { payload: { protocol: 'udp', field: 'dport' } }, right },
});
const read = (...entries: object[]) =>
  readNftListing(JSON.stringify({ nftables: [{ metainfo: { version: '1.1.3' } }, ...entries] }));
const redirect = { redirect: { port: 5353 } };

describe('rules of others', () => {
  test.each([
    ['one port', [port(53), redirect], true],
    ['a set', [port({ set: [67, 53] }), { dnat: { addr: '192.0.2.1' } }], true],
    ['a range', [port({ range: [1, 1024] }), { tproxy: { port: 1 } }], true],
    ['every other port', [port(80, '!='), redirect], true],
    ['another port', [port(5353), redirect], false],
    ['every port but this', [port(53, '!='), redirect], false],
    ['no redirection', [port(53), { accept: null }], false],
    [
      'a source port',
      [{ match: { op: '==', left: { payload: { field: 'sport' } }, right: 53 } }, redirect],
      false,
    ],
  ])('that redirect DNS: %s', (_, expr, found) => {
    expect(read(rule('nat', ...expr))?.port53).toEqual(found ? ['inet nat output'] : []);
  });

  test('that track nothing are named once, ours never', () => {
    const listing = read(
      ...[rule('raw', { notrack: null }), rule('raw', { notrack: null })],
      ...[rule('opengsa', { notrack: null }), rule('opengsa_guard', port(53), redirect)],
    );
    expect(listing).toMatchObject({ notrack: ['inet raw output'], port53: [] });
  });
});

test('the own tables are seen', () => {
  const table = (name: string) => ({ table: { family: 'inet', name, handle: 1 } });
  expect(read(table('opengsa_guard'))).toMatchObject({ ownTable: false, guardTable: true });
  expect(read(table('opengsa'), table('opengsa_guard'))).toMatchObject({ ownTable: true, guardTable: true });
});

test('whatever else is printed is no listing', () => {
  for (const text of ['', 'Error', '{}', '[]', '{"nftables":1}']) expect(readNftListing(text)).toBeNull();
  fc.assert(
    fc.property(fc.json(), (text) => {
      readNftListing(`{"nftables":[{"rule":${text}}]}`);
    }),
    { seed: 7, numRuns: 300 },
  );
});
