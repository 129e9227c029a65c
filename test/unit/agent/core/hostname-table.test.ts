// The table of names: newest first, bounded, acquired names apart from the many others.
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../../protocol/address.ts';
import { hostnameRecord } from '../../../../protocol/hostname-record.ts';
import { createHostnameTable } from '../../../../agent/core/hostname-table.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const acquisition = { address: parseAddress('6.6.0.1')!, ruleId: 'r1' };
const originals = { ipv4: [parseAddress('192.0.2.8')!, parseAddress('192.0.2.7')!], ipv6: [] };

describe('a name', () => {
  it('that is acquired shows its addresses, its rule, who asked and how often', () => {
    const table = createHostnameTable();
    table.asked('www.contoso.test', acquisition, at(1));
    table.asked('www.contoso.test', acquisition, at(2));
    table.learnt('www.contoso.test', originals);
    table.askedBy('www.contoso.test', { uid: 1000, pid: 42, executable: '/usr/bin/curl', unknown: null });
    const records = table.list(10);
    expect(records).toEqual([
      {
        name: 'www.contoso.test',
        acquired: true,
        syntheticAddress: '6.6.0.1',
        originalAddress: '192.0.2.8',
        originals: { ipv4: ['192.0.2.8', '192.0.2.7'], ipv6: [] },
        ruleId: 'r1',
        process: { uid: 1000, pid: 42, executable: '/usr/bin/curl', unknown: null },
        firstAskedAt: '2026-01-01T00:00:01.000Z',
        lastAskedAt: '2026-01-01T00:00:02.000Z',
        questions: 2,
      },
    ]);
    expect(hostnameRecord.parse(records[0])).toEqual(records[0]);
  });

  it('that is not acquired is there too', () => {
    const table = createHostnameTable();
    table.asked('other.test', null, at(1));
    expect(table.list(10)).toMatchObject([
      { name: 'other.test', acquired: false, syntheticAddress: null, originalAddress: null, ruleId: null },
    ]);
  });

  it('changes with the rules', () => {
    const table = createHostnameTable();
    table.asked('a.test', acquisition, at(1));
    table.asked('a.test', null, at(2));
    expect(table.list(10)).toMatchObject([{ acquired: false, syntheticAddress: null, questions: 2 }]);
  });

  it('keeps what is known where a nameserver does not say', () => {
    const table = createHostnameTable();
    table.asked('a.test', acquisition, at(1));
    table.learnt('a.test', originals);
    table.learnt('a.test', { ipv4: null, ipv6: [parseAddress('2001:db8::7')!] });
    expect(table.list(1)).toMatchObject([
      {
        originalAddress: '192.0.2.8',
        originals: { ipv4: ['192.0.2.8', '192.0.2.7'], ipv6: ['2001:db8::7'] },
      },
    ]);
  });

  it('has as many real addresses as a person reads', () => {
    const table = createHostnameTable();
    table.asked('a.test', acquisition, at(1));
    const many = Array.from({ length: 100 }, (_, i) => parseAddress(`192.0.2.${i}`)!);
    table.learnt('a.test', { ipv4: many, ipv6: null });
    expect(table.list(1)[0]?.originals.ipv4).toHaveLength(16);
  });

  it('that nobody asked for is not entered by what is said of it', () => {
    const table = createHostnameTable();
    table.learnt('a.test', originals);
    table.askedBy('a.test', null);
    expect(table.list(10)).toEqual([]);
  });
});

it('lists newest first, as many as are wanted', () => {
  const table = createHostnameTable();
  table.asked('a.test', acquisition, at(1));
  table.asked('b.test', null, at(2));
  table.asked('c.test', acquisition, at(3));
  table.asked('a.test', acquisition, at(4));
  expect(table.list(10).map(({ name }) => name)).toEqual(['a.test', 'c.test', 'b.test']);
  expect(table.list(2).map(({ name }) => name)).toEqual(['a.test', 'c.test']);
});

it('keeps the acquired names however many others come', () => {
  const table = createHostnameTable(3);
  table.asked('wanted.test', acquisition, at(0));
  for (let i = 1; i < 9; i++) table.asked(`n${i}.test`, null, at(i));
  expect(table.list(10).map(({ name }) => name)).toEqual(['n8.test', 'n7.test', 'n6.test', 'wanted.test']);
});

it('is empty after it was cleared', () => {
  const table = createHostnameTable();
  table.asked('a.test', acquisition, at(1));
  table.clear();
  expect(table.list(10)).toEqual([]);
});
