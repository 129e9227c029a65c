// A flow record as the agent would give it, for tests that need one and do not care which.
import type { FlowRecord } from '../../protocol/flow-record.ts';

export function exampleFlow(more: Partial<FlowRecord> = {}): FlowRecord {
  return {
    id: 1,
    via: 'http-connect',
    destination: 'login.contoso.test:443',
    source: '127.0.0.1:50000',
    process: { uid: 1000, pid: 4121, executable: '/usr/lib/firefox/firefox', unknown: null },
    person: null,
    action: 'tunnel',
    ruleId: 'contoso-1',
    reason: 'rule-forward',
    note: null,
    hardening: 'block',
    authentication: 'sign-in',
    state: 'open',
    detail: null,
    edge: 'edge-1.contoso.test',
    egressObserved: '203.0.113.7',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    startedAt: '2026-11-23T09:41:22.300Z',
    endedAt: null,
    bytesSent: 4134,
    bytesReceived: 38_902,
    ...more,
  };
}
