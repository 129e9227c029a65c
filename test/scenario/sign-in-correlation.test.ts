// One sign-in in every log: the agent's, the edge's, a receiver's and the identity provider's, joined by one trace. The
// edge is behind a load balancer, as in a fleet; all are programs of their own.
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeProxyHeader } from '../../protocol/proxy-v2.ts';
import { parseTraceparent } from '../../protocol/traceparent.ts';
import { runClientIn } from '../support/client-command.ts';
import { runEdgeIn } from '../support/edge-command.ts';
import { addresses, type Contoso, type Place, startContoso } from '../support/contoso.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { closedPort } from '../support/origins.ts';
import {
  agentMain,
  createProgramGroup,
  edgeMain,
  pinnedNode,
  type Program,
  type ProgramGroup,
} from '../support/processes.ts';
import { startTcpHaproxy } from '../support/tcp-haproxy.ts';

const haproxy = installedProgram('haproxy');
const front = '127.40.0.1';
const balancer = '127.60.0.1';

describe.skipIf(haproxy === null)('one sign-in', () => {
  let group: ProgramGroup;
  let contoso: Contoso;
  let receiver: Program;
  let traceparent: string;

  beforeAll(async () => {
    group = createProgramGroup();
    contoso = await startContoso({
      group,
      edgeSettings: await startBalancer(group, haproxy ?? ''),
      providerFront: {
        address: front,
        start: async (provider) => {
          const { program, place } = await startTcpFront(group, haproxy ?? '', provider);
          receiver = program;
          return place;
        },
      },
    });
    expect(await contoso.signIn()).toMatchObject({ kind: 'tokens' });
    const [row] = contoso.signIns();
    const traceId = row?.correlationId.replaceAll('-', '') ?? '';
    const flow = (await contoso.flows()).find(
      (one) => parseTraceparent(one.traceparent ?? '')?.traceId === traceId,
    );
    traceparent = flow?.traceparent ?? '';
  });
  afterAll(() => group.end());

  test('comes from an agent whose address was witnessed through the balancer', async () => {
    await expect
      .poll(async () => (await contoso.status()).egress.ipv4, { timeout: 25_000, interval: 250 })
      .toMatchObject({ state: 'confirmed', address: addresses.workstation });
    // The balancer has looked several times a second whether the edge lives.
    expect(contoso.programs.edge.stderr()).not.toContain('connection refused');
  });

  test('is found in the log of the provider, under its own address', () => {
    expect(contoso.signIns()).toMatchObject([{ ipAddress: addresses.workstation }]);
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  test('is found in the log of the receiver, with the address that it was told', async () => {
    await expect
      .poll(() => receiver.stdout().split('\n'), { timeout: 10_000 })
      .toContain(`${traceparent} ${addresses.workstation} login.contoso.test`);
  });

  test("is found at the agent, by the correlation id of the provider's log", async () => {
    const { correlationId } = contoso.signIns()[0] ?? { correlationId: '' };
    const { flows } = JSON.parse(await opengsa('flows', '--trace', correlationId, '--json')) as {
      flows: unknown[];
    };
    expect(flows).toMatchObject([
      { traceparent, destination: 'login.contoso.test:443', egressObserved: addresses.workstation },
    ]);
    expect(await opengsa('flows', '--trace', correlationId)).toMatch(
      new RegExp(`Seen by the edge +${addresses.workstation}[\\s\\S]+Traceparent +${traceparent}`),
    );
    expect(await opengsa('flows')).toContain(`  ${traceparent.slice(3, 11)}`);
  });

  test('is found at the edge, with both addresses', async () => {
    const { flows } = JSON.parse(await edge('logs', '--trace', traceparent, '--json')) as {
      flows: unknown[];
    };
    expect(flows).toMatchObject([
      {
        traceparent,
        device: { name: 'workstation-7' },
        class: 'proxy-v2',
        peerAddress: addresses.workstation,
        statedAddress: addresses.workstation,
        edgeAddress: addresses.edge,
        signaling: 'enabled',
      },
    ]);
    const sheet = await edge('logs', '--trace', traceparent.slice(3, 11));
    expect(sheet).toMatch(new RegExp(`Seen by this edge +${addresses.workstation}, port \\d+, over h2`));
    expect(sheet).toMatch(new RegExp(`Told to the destination +${addresses.workstation} \\(observed`));
    expect(sheet).toContain(`from ${addresses.edge} to `);
  });

  test('is found among others, by device and destination, and after a rotation', async () => {
    const table = await edge('logs', '--device', 'workstation-7', '--destination', 'login.contoso.test');
    expect(table).toMatch(/^STARTED +DEVICE +DESTINATION +CLASS +SEEN +TOLD +ASSURANCE/);
    expect(table).toContain(traceparent.slice(3, 11));
    expect(await edge('logs', '--device', 'nobody')).toMatch(/^no flow in .*flows\.jsonl is one of these/);
    const log = join(group.folder, 'edge-state/flows.jsonl');
    renameSync(log, `${log}.1`);
    contoso.programs.edge.signal('SIGHUP');
    await expect.poll(() => edge('logs'), { timeout: 10_000 }).toMatch(/^no flow in /);
    expect(await edge('logs', '--file', `${log}.1`, '--trace', traceparent)).toContain(traceparent);
  });

  test('is not found by what is no trace, and the reason is said', async () => {
    for (const [main, word] of [
      [agentMain, 'flows'],
      [edgeMain, 'logs'],
    ] as const) {
      const { code, stderr } = await group.run(pinnedNode, [main, word, '--trace', 'yesterday']);
      expect(code).toBe(2);
      expect(stderr).toContain('--trace: "yesterday" is no trace');
    }
  });

  async function opengsa(...words: string[]): Promise<string> {
    return (await runClientIn(group, [...words, '--socket', 'agent.sock'])).stdout;
  }

  async function edge(...words: string[]): Promise<string> {
    const places = ['--config', 'edge.yaml', '--state-dir', 'edge-state'];
    const { stdout, stderr } = await runEdgeIn(group, [...words, ...places]);
    expect(stderr).toBe('');
    return stdout;
  }
});

/** HAProxy in TCP mode in front of the edge, and what the edge's configuration says about it. */
async function startBalancer(group: ProgramGroup, program: string): Promise<Record<string, unknown>> {
  const behind = `${addresses.edgeListener}:${await closedPort(addresses.edgeListener)}`;
  const port = await closedPort(balancer);
  startTcpHaproxy(group, program, 'balancer', [
    `bind ${balancer}:${port}`,
    `source ${balancer}`,
    `server edge1 ${behind} send-proxy-v2 check inter 200`,
  ]);
  const place = { url: `https://edge.contoso.test:${port}`, addresses: [balancer] };
  return {
    listen: { tunnel: [{ address: behind, proxyFrom: [balancer] }] },
    edges: [place],
    witness: { ipv4: place, ipv6: null },
  };
}

/** HAProxy in TCP mode in front of the provider: it logs what it was told, and tells it on. */
async function startTcpFront(group: ProgramGroup, program: string, provider: Place) {
  const place: Place = { address: front, port: await closedPort(front) };
  const started = startTcpHaproxy(group, program, 'sign-in', [
    'log global',
    'log-format "%[fc_pp_unique_id] %[src] %[fc_pp_authority]"',
    `bind ${place.address}:${place.port} accept-proxy`,
    'unique-id-format %[fc_pp_unique_id]',
    `source ${front}`,
    `server provider ${provider.address}:${provider.port} send-proxy-v2 proxy-v2-options unique-id`,
  ]);
  for (;;) {
    const socket = connect({ host: place.address, port: place.port, localAddress: addresses.edge });
    try {
      await once(socket, 'connect');
      socket.end(encodeProxyHeader({ command: 'local' }));
      return { program: started, place };
    } catch {
      // Not listening yet; the hook's own limit ends the wait.
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      socket.destroySoon();
    }
  }
}
