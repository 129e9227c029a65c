// A record of a name as the agent would give it, for tests that need one and do not care which.
import type { HostnameRecord } from '../../protocol/hostname-record.ts';

export function exampleHostname(more: Partial<HostnameRecord> = {}): HostnameRecord {
  return {
    name: 'login.contoso.test',
    acquired: true,
    syntheticAddress: '198.18.0.7',
    originalAddress: '192.0.2.10',
    originals: { ipv4: ['192.0.2.10', '192.0.2.11'], ipv6: [] },
    ruleId: 'contoso-1',
    process: { uid: 1000, pid: 4121, executable: '/usr/lib/firefox/firefox', unknown: null },
    firstAskedAt: '2026-11-23T09:00:00.000Z',
    lastAskedAt: '2026-11-23T09:41:00.000Z',
    questions: 12,
    ...more,
  };
}
