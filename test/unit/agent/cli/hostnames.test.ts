// What `opengsa hostnames` prints, and which records its options keep.
import { describe, expect, it } from 'vitest';
import type { HostnameRecord } from '../../../../protocol/hostname-record.ts';
import { hostnamesText, isWanted } from '../../../../agent/cli/hostnames.ts';

const acquired: HostnameRecord = {
  name: 'www.contoso.test',
  acquired: true,
  syntheticAddress: '6.6.0.1',
  originalAddress: '192.0.2.9',
  originals: { ipv4: ['192.0.2.9', '192.0.2.10'], ipv6: ['2001:db8::9'] },
  ruleId: 'rule-1',
  process: { uid: 1000, pid: 42, executable: '/usr/bin/curl', unknown: null },
  firstAskedAt: '2026-01-01T00:00:00.000Z',
  lastAskedAt: '2026-01-01T00:00:02.000Z',
  questions: 3,
};
const nameOf = (uid: number): string => (uid === 1000 ? 'anna' : String(uid));
const other: HostnameRecord = {
  ...acquired,
  name: 'other.test',
  acquired: false,
  syntheticAddress: null,
  originalAddress: null,
  originals: { ipv4: null, ipv6: null },
  ruleId: null,
  process: null,
};

describe('the table', () => {
  it('has a line for each name', () => {
    const [title, first, second] = hostnamesText({ acquiring: true, hostnames: [acquired, other] }, nameOf);
    expect(title).toMatch(/^ASKED +NAME +ACQUIRED +SYNTHETIC +ORIGINAL +RULE +QUESTIONS +ASKED BY$/);
    expect(first).toMatch(/ www\.contoso\.test +yes +6\.6\.0\.1 +192\.0\.2\.9 +rule-1 +3 +curl, anna$/);
    expect(second).toMatch(/ other\.test +no +- +- +- +3 +-$/);
  });

  it('says why it is empty', () => {
    expect(hostnamesText({ acquiring: true, hostnames: [] }, nameOf)).toEqual([
      'No program has asked for a hostname since the agent started or the table was cleared.',
    ]);
    expect(hostnamesText({ acquiring: true, hostnames: [] }, nameOf, { search: 'x' })).toEqual([
      'No hostname in the table fits.',
    ]);
    expect(hostnamesText({ acquiring: false, hostnames: [] }, nameOf)).toEqual([
      'No hostname is acquired: this agent captures by proxy only, and does not see DNS questions.',
    ]);
  });
});

it('--acquired and --search keep what fits both', () => {
  const kept = (filter: Parameters<typeof isWanted>[1]) =>
    [acquired, other].filter((record) => isWanted(record, filter)).map(({ name }) => name);
  expect(kept({})).toEqual(['www.contoso.test', 'other.test']);
  expect(kept({ acquired: true })).toEqual(['www.contoso.test']);
  for (const search of ['CONTOSO', '6.6.0.1', '192.0.2.10', '2001:DB8', 'rule-1', 'curl'])
    expect(kept({ search })).toEqual(['www.contoso.test']);
  expect(kept({ acquired: true, search: 'other' })).toEqual([]);
});
