// The edge's records at a real syslog server, by each transport, and what happens while it is away.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answered } from '../support/data-plane.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { initEdge, readyEdge, runEdge, sessionOfBundle } from '../support/edge-program.ts';
import { eventually } from '../support/eventually.ts';
import { createPki } from '../support/pki.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';
import { listen } from '../support/relay-chain.ts';
import { readSyslog, rsyslogd, rsyslogPorts, startRsyslog } from '../support/rsyslog.ts';
import { startTcpHaproxy } from '../support/tcp-haproxy.ts';

// Each test starts several programs; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

let group: ProgramGroup;
beforeEach(() => void (group = createProgramGroup()));
afterEach(() => group.end());

const at = (name: string): string => join(group.folder, name);
const haproxy = installedProgram('haproxy');

async function refusedFlow(): Promise<void> {
  await runEdge(group, ['devices', 'add', 'laptop', '--out', 'laptop']);
  const session = await sessionOfBundle(group, 'laptop');
  expect((await answered(session, 'elsewhere.contoso.test:443')).status).toBe(403);
  session.destroy();
}

describe.skipIf(rsyslogd === null || haproxy === null)('rsyslogd (Debian packages rsyslog, haproxy)', () => {
  test('understands flows and audit entries by UDP, TCP and TLS alike', async () => {
    const ports = await rsyslogPorts();
    await startRsyslog(group, rsyslogd!, ports);
    const pki = createPki();
    writeFileSync(at('haproxy.pem'), `${pki.edge.cert}${pki.edge.key}`);
    writeFileSync(at('collector-ca.crt'), pki.ca.cert);
    const tls = await freePort();
    startTcpHaproxy(group, haproxy!, 'syslog', [
      `bind 127.0.0.1:${tls} ssl crt ${at('haproxy.pem')}`,
      `server rsyslog 127.0.0.1:${ports.behindTls}`,
    ]);
    await initEdge(group, {
      listen: { tunnel: ['127.0.0.1:0'], metrics: '127.0.0.1:0' },
      log: {
        exports: [
          { type: 'syslog', server: `127.0.0.1:${ports.udp}`, transport: 'udp', facility: 'local3' },
          { type: 'syslog', server: `127.0.0.1:${ports.tcp}`, transport: 'tcp', records: ['traffic'] },
          {
            ...{ type: 'syslog', name: 'siem', server: `localhost:${tls}`, transport: 'tls' },
            ca: 'collector-ca.crt',
          },
        ],
      },
    });
    const { program, metrics } = await readyEdge(group);
    await refusedFlow();
    await eventually(() => readSyslog(group).length).toBe(5);

    const found = readSyslog(group);
    const flows = found.filter(({ msgid }) => msgid === 'TRAFFIC');
    expect(flows.map(({ input }) => input).sort()).toEqual(['behindTls', 'tcp', 'udp']);
    for (const flow of flows) {
      expect(flow).toMatchObject({
        // Notice: a refusal.
        pri: flow.input === 'udp' ? '157' : '133',
        host: 'edge.contoso.test',
        app: 'opengsa-edge',
        procid: String(program.pid),
        sd: {
          origin: { software: 'opengsa-edge' },
          'flow@32473': {
            device: 'laptop',
            destination: 'elsewhere.contoso.test:443',
            peerAddress: '127.0.0.1',
            result: 'refused',
            reason: 'destination-not-allowed',
          },
        },
      });
      expect(flow.msg).toContain('laptop to elsewhere.contoso.test:443: refused');
    }
    const audits = found.filter(({ msgid }) => msgid === 'AUDIT');
    expect(audits.map(({ input }) => input).sort()).toEqual(['behindTls', 'udp']);
    expect(audits[0]?.sd['audit@32473']).toMatchObject({ action: 'devices.add', who: 'uid 0' });
    const sequences = found
      .filter(({ input }) => input === 'udp')
      .map(({ sd }) => sd.meta?.sequenceId)
      .sort();
    expect(sequences).toEqual(['1', '2']);

    await eventually(() => figuresOf(metrics!.port)).toContain(
      'opengsa_edge_export_delivered_total{collector="siem"} 2',
    );
    program.signal('SIGTERM');
    expect((await program.ended).code).toBe(0);
  });

  test('gets what it missed when it comes back, and the edge tells both', async () => {
    const ports = await rsyslogPorts();
    await initEdge(group, {
      listen: { tunnel: ['127.0.0.1:0'], metrics: '127.0.0.1:0' },
      log: {
        exports: [{ type: 'syslog', name: 'siem', server: `127.0.0.1:${ports.tcp}`, transport: 'tcp' }],
      },
    });
    const { program, metrics } = await readyEdge(group);
    const figures = (): Promise<string> => figuresOf(metrics!.port);
    await refusedFlow();
    await eventually(figures).toContain('opengsa_edge_export_waiting{collector="siem"} 2');
    await eventually(() => program.stderr()).toContain('a collector of logs takes nothing');
    expect(program.stderr()).toMatch(/"collector":"siem","reason":"connect ECONNREFUSED/);

    await startRsyslog(group, rsyslogd!, ports);
    await expect
      .poll(() => readSyslog(group).map(({ msgid }) => msgid), { timeout: 40_000 })
      .toEqual(['AUDIT', 'TRAFFIC']);
    await eventually(() => program.stderr()).toContain('a collector of logs takes records again');
    await eventually(figures).toContain('opengsa_edge_export_delivered_total{collector="siem"} 2');
  });
});

async function figuresOf(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

async function freePort(): Promise<number> {
  const holder = createServer();
  const port = await listen(holder);
  await new Promise((done) => holder.close(done));
  return port;
}
