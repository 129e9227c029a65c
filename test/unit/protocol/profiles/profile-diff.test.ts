// The difference of two profiles: by destination, whatever the rules are called and however they are cut.
import { describe, expect, it } from 'vitest';
import { importEndpointList } from '../../../../protocol/profiles/endpoint-list.ts';
import { diffProfiles, formatDiff } from '../../../../protocol/profiles/profile-diff.ts';

function listOf(...sets: readonly object[]) {
  const full = sets.map((set) => ({ serviceArea: 'Exchange', category: 'Default', tcpPorts: '443', ...set }));
  return importEndpointList(full, 'list', { name: 'list', version: '1' });
}

describe('the difference of two profiles', () => {
  it('is empty where destinations agree, in any order', () => {
    const before = listOf(
      { id: 1, urls: ['a.test', 'b.test'], tcpPorts: '80,443' },
      { id: 2, urls: ['c.test'] },
    );
    const after = listOf(
      { id: 2, urls: ['c.test'] },
      { id: 1, urls: ['b.test', 'a.test'], tcpPorts: '443,80' },
    );
    expect(diffProfiles(before, after)).toEqual([]);
    expect(formatDiff([])).toHaveLength(1);
  });

  it('names what came, what went and what changed', () => {
    const before = listOf({ id: 1, urls: ['a.test', 'old.test'] });
    const after = listOf({ id: 1, urls: ['a.test'], tcpPorts: '443,80' }, { id: 2, ips: ['192.0.2.0/24'] });
    const changes = diffProfiles(before, after);
    expect(changes).toMatchObject([
      {
        kind: 'changed',
        endpointSetId: 1,
        destination: 'a.test',
        protocol: 'tcp',
        fields: [{ field: 'ports', from: '443', to: '80,443' }],
      },
      { kind: 'removed', endpointSetId: 1, destination: 'old.test' },
      { kind: 'added', endpointSetId: 2, destination: '192.0.2.0/24', facts: { category: 'default' } },
    ]);
    expect(formatDiff(changes)).toEqual([
      '~ set 1: a.test (tcp): ports 443 → 80,443',
      '- set 1: old.test (tcp): ports 443, default, forward, bypass without a tunnel',
      '+ set 2: 192.0.2.0/24 (tcp): ports 443, default, forward, bypass without a tunnel',
    ]);
  });
});
