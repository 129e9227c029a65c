// The agent asks third parties: straight from its own address, whatever proxy is set, and says what each of them saw.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { egressAddressStatus } from '../../protocol/status.ts';
import { runClientIn } from '../support/client-command.ts';
import { type DatagramPeer, startDatagramPeer } from '../support/datagram-peer.ts';
import { startWhoami } from '../support/dns-server.ts';
import { type EchoService, startEchoService } from '../support/echo-service.ts';
import { initEdge, runEdge, serveEdge } from '../support/edge-program.ts';
import { type Origin, startOrigin } from '../support/origins.ts';
import { createPki, type Pki } from '../support/pki.ts';
import { agentMain, createProgramGroup, pinnedNode, type ProgramGroup } from '../support/processes.ts';
import { addressAttribute, stunMessage, stunTypes } from '../support/stun-messages.ts';

const workstation = '127.0.0.7';
const options = ['--state-dir', 'agent-state', '--socket', 'agent.sock'];
const patience = { timeout: 20_000, interval: 200 };
const answer = z.object({ ipv4: egressAddressStatus, ipv6: egressAddressStatus });

let group: ProgramGroup;
let pki: Pki;
/** Whatever connects here was led astray. */
let proxy: Origin;
let stun: DatagramPeer;
let whoami: DatagramPeer;
let echo: EchoService;

beforeEach(async () => {
  group = createProgramGroup();
  pki = createPki(group.folder);
  proxy = await startOrigin((socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n'));
  stun = await startDatagramPeer('127.0.0.1', (message, { address, send }) => {
    const transactionId = message.subarray(8, 20);
    const seen = addressAttribute(0x0020, address.split('.').map(Number), transactionId);
    send(stunMessage(stunTypes.success, transactionId, [seen]));
  });
  whoami = await startWhoami('127.0.0.1');
  echo = await startEchoService(pki.edge);
});
afterEach(async () => {
  await group.end();
  stun.close();
  whoami.close();
  await Promise.all([proxy.close(), echo.close()]);
});

/** Starts the agent with every setting that could lead a request to a proxy. */
async function startAgent(config: object): Promise<void> {
  const servers = { ipv4: [`127.0.0.1:${whoami.port}`] };
  const thirdParties = {
    stun: [{ server: `127.0.0.1:${stun.port}`, operator: 'contoso' }],
    https: [{ url: `https://localhost:${echo.port}/`, family: 'ipv4', operator: 'fabrikam' }],
    dns: [{ name: 'whoami.contoso', type: 'TXT', class: 'CH', servers, operator: 'contoso' }],
  };
  const common = {
    capture: { http: '127.0.0.1:0', socks5: '127.0.0.1:0' },
    localAddress: { ipv4: workstation },
    egress: { thirdParties },
  };
  writeFileSync(join(group.folder, 'agent.yaml'), stringify({ ...common, ...config }), { mode: 0o600 });
  const agent = [agentMain, 'agent', '--config', 'agent.yaml', ...options];
  const program = group.start(pinnedNode, agent, { env: leadingAstray() });
  await program.line(/^Ready: /);
}

function leadingAstray(): Record<string, string> {
  const url = `http://${proxy.authority}`;
  const names = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  return {
    ...Object.fromEntries(names.map((name) => [name, url])),
    NODE_USE_ENV_PROXY: '1',
    NODE_EXTRA_CA_CERTS: join(group.folder, 'ca.crt'),
  };
}

async function run(...words: string[]): Promise<string> {
  const { stdout, stderr, code } = await runClientIn(group, [...words, ...options]);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

async function egress(...words: string[]) {
  return answer.parse(JSON.parse(await run('egress', '--json', ...words)));
}

/** Each was asked, by nobody but the workstation itself, over no proxy and no tunnel. */
async function expectAskedDirectly(): Promise<void> {
  expect(new Set(stun.received.map(({ from }) => from))).toEqual(new Set([workstation]));
  expect(new Set(whoami.received.map(({ from }) => from))).toEqual(new Set([workstation]));
  expect(new Set(echo.requests.map(({ from }) => from))).toEqual(new Set([workstation]));
  expect(echo.requests.map(({ request }) => request.method)).not.toContain('CONNECT');
  expect(proxy.connections()).toBe(0);
  expect(JSON.parse(await run('flows', '--json'))).toEqual({ flows: [] });
}

describe('a device without an edge', () => {
  it('lives in an environment that leads an ordinary request to the proxy', async () => {
    const request = `require('node:https').get('https://localhost:${echo.port}/').on('error', () => undefined)`;
    await group.run(pinnedNode, ['--eval', request], { env: leadingAstray() });
    expect(proxy.connections()).toBe(1);
    expect(echo.requests).toEqual([]);
  });

  it('shows what each third party saw and why it does not count, over paths of its own', async () => {
    await startAgent({});
    const { ipv4, ipv6 } = await egress('--refresh');
    expect(ipv4).toMatchObject({ state: 'unknown', address: null });
    expect(
      ipv4.evidence
        .map(({ source, operator, address, error }) => [source, operator, address, error])
        .toSorted(),
    ).toEqual([
      ['dns', 'contoso', workstation, 'not-global'],
      ['https', 'fabrikam', workstation, 'not-global'],
      ['stun', 'contoso', workstation, 'not-global'],
    ]);
    expect(ipv6).toMatchObject({ state: 'unknown', evidence: [] });
    await expectAskedDirectly();
    expect(await run('egress')).toMatch(
      /HTTPS echo +https:\/\/localhost:\d+\/ .*does not count: not a public address/,
    );
  });

  it('shows each failure by name, in words', async () => {
    echo.answer = (_caller, response) => response.writeHead(302, { location: 'https://portal.test/' }).end();
    stun.close();
    stun = await startDatagramPeer('127.0.0.1', (message, { send }) => {
      send(stunMessage(stunTypes.success, message.subarray(8, 20)));
    });
    await startAgent({});
    const text = await run('egress', '--refresh');
    expect(text).toMatch(
      /HTTPS echo .* pointed somewhere else instead of answering \(to https:\/\/portal\.test\/\)/,
    );
    expect(text).toMatch(/STUN .* its answer cannot be read \(it names no address\)/);
  });
});

describe('a device with an edge', () => {
  it('is confirmed by the witness; third parties are asked beside the tunnel, and their word does not count', async () => {
    await initEdge(group, { sourceRanges: ['127.0.0.0/8'] });
    await serveEdge(group);
    await runEdge(group, ['devices', 'add', 'laptop', '--out', 'device']);
    await startAgent({ credentials: 'device' });
    await expect.poll(async () => (await egress()).ipv4.state, patience).toBe('confirmed');
    const { ipv4 } = await egress('--refresh');
    expect(ipv4).toMatchObject({ state: 'confirmed', address: workstation });
    expect(ipv4.evidence.map(({ source, address, error }) => [source, address, error]).toSorted()).toEqual([
      ['dns', workstation, 'range-unsigned'],
      ['https', workstation, 'range-unsigned'],
      ['stun', workstation, 'range-unsigned'],
      ['witness', workstation, null],
    ]);
    await expectAskedDirectly();
    const log = join(group.folder, 'state/flows.jsonl');
    expect(existsSync(log) ? readFileSync(log, 'utf8') : '').toBe('');
  });
});
