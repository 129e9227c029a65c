// What an administrator reads of a flow, and that a device cannot write to an administrator's terminal.
import { expect, test } from 'vitest';
import { flowLogSheets, flowLogTable } from '../../../../edge/cli/flow-log-text.ts';
import type { FlowLogRecord } from '../../../../edge/telemetry/flow-log.ts';

const flow: FlowLogRecord = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  startedAt: '2026-01-01T08:00:00.000Z',
  endedAt: '2026-01-01T08:00:01.000Z',
  connectionId: null,
  device: { thumbprint: 'T'.repeat(43), name: 'laptop' },
  person: null,
  authority: 'login.contoso.test:443',
  protocol: 'h2',
  class: 'proxy-v2',
  rule: { trafficType: 'private', policy: 'classes', id: 'login.contoso.test' },
  peerAddress: '203.0.113.7',
  peerPort: 51_515,
  attestedIpv4: '203.0.113.8',
  attestedIpv6: null,
  attestationFaults: ['other-device'],
  statedAddress: '203.0.113.7',
  edgeAddress: '192.0.2.10',
  dialledAddress: '192.0.2.20',
  dialledPort: 8443,
  assurance: 'observed',
  signaling: 'enabled',
  flags: ['egress-mismatch'],
  bytesSent: 10,
  bytesReceived: 20,
  result: 'ended',
  proxyError: null,
  reason: null,
};

test('a table has a line for each flow, with what was odd about it', () => {
  const [head, line] = flowLogTable([flow]);
  expect(head).toMatch(/^STARTED +DEVICE +DESTINATION +CLASS +SEEN +TOLD +ASSURANCE +RESULT +TRACE +NOTES$/);
  expect(line?.split(/ {2,}/)).toEqual([
    '2026-01-01T08:00:00Z',
    'laptop',
    'login.contoso.test:443',
    'proxy-v2',
    '203.0.113.7',
    '203.0.113.7',
    'observed',
    'ended',
    '0af76519',
    'egress-mismatch, other-device',
  ]);
});

test('a sheet says everything that is known', () => {
  expect(flowLogSheets([flow])).toEqual([
    '2026-01-01T08:00:00.000Z  login.contoso.test:443',
    `  Device                   laptop, certificate ${'T'.repeat(43)}`,
    '  Person                   nobody known',
    '  Seen by this edge        203.0.113.7, port 51515, over h2',
    '  Signed by a witness      203.0.113.8',
    '  Did not count            other-device',
    '  Told to the destination  203.0.113.7 (observed)',
    '  Class and signalling     proxy-v2, enabled',
    '  Let through by           login.contoso.test of classes (private)',
    '  Connection               from 192.0.2.10 to 192.0.2.20, port 8443',
    '  Flags                    egress-mismatch',
    '  End                      ended at 2026-01-01T08:00:01.000Z',
    '  Bytes                    10 out, 20 in',
    `  Traceparent              ${flow.traceparent}`,
  ]);
});

test('a flow that was refused has no connection, and told nobody anything', () => {
  const refused = flowLogSheets([
    {
      ...flow,
      statedAddress: null,
      edgeAddress: null,
      dialledAddress: null,
      dialledPort: null,
      result: 'refused',
      proxyError: 'http_request_denied',
      reason: 'egress-mismatch',
    },
  ]).join('\n');
  expect(refused).toMatch(/Told to the destination +nothing$/m);
  expect(refused).toMatch(/Connection +none was made$/m);
  expect(refused).toMatch(/End +refused at .*: egress-mismatch, http_request_denied$/m);
});

test('what a device asked for moves no cursor', () => {
  const hostile = {
    ...flow,
    authority: 'a\u001b[2J\u0007\u202eb:443',
    device: { thumbprint: 'T', name: 'x\ny' },
  };
  for (const line of [...flowLogTable([hostile]), ...flowLogSheets([hostile])]) {
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});
