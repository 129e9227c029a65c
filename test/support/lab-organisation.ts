// The example organisation in a laboratory: a real edge and its destinations far away, a real agent on the device.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { type FlowLogRecord, flowLogRecord } from '../../edge/telemetry/flow-log.ts';
import { type FlowRecord, flowRecord } from '../../protocol/flow-record.ts';
import { parse } from '../../protocol/parse.ts';
import { type Status, statusSchema } from '../../protocol/status.ts';
import type { LinkOptions } from './emulated-link.ts';
import { createNetlab, type Netlab, netlabAddresses } from './netlab.ts';
import { createPki, writeIdentity } from './pki.ts';
import { agentMain, edgeMain, pinnedNode, type Program } from './processes.ts';

export const labHosts = {
  /** HTTPS; says which source address it was told. Of class proxy-v2. */
  stating: 'login.contoso.test',
  /** Speaks first, without end. */
  ticker: 'ticker.contoso.test',
  /** As ticker, and told the source address: of class proxy-v2. */
  told: 'told.contoso.test',
  /** Sends back what it gets. */
  echo: 'echo.contoso.test',
} as const;

export type LabOrganisation = {
  readonly lab: Netlab;
  readonly agent: Program;
  readonly edge: Program;
  /** The agent's HTTP proxy in the device's namespace. */
  readonly proxyPort: number;
  readonly echoPort: number;
  /** PEM file of the authority behind the destinations' certificates. */
  readonly authorityFile: string;
  readonly status: () => Promise<Status>;
  /** What the agent captured, newest first. */
  readonly flows: () => Promise<readonly FlowRecord[]>;
  /** A status line for each change from this moment on. */
  readonly watch: () => { readonly seen: () => readonly Status[] };
  readonly flowLog: () => readonly FlowLogRecord[];
  readonly end: () => Promise<void>;
};

const tunnelPort = 8443;
const proxyPort = 8088;
const echoPort = 7;
// The two tickers differ: a port that is told addresses belongs to its class alone.
const ports = { stating: 4443, ticker: 9, toldTicker: 10 } as const;
const { edge: edgeAddress, origin } = netlabAddresses;
const edgeOptions = ['--config', 'edge.yaml', '--state-dir', 'edge-state'];

/** Waits until the agent is connected. */
export async function startLabOrganisation(link: LinkOptions): Promise<LabOrganisation> {
  const lab = await createNetlab(link);
  try {
    const authorityFile = await startDestinations(lab);
    const edge = await startEdge(lab);
    const agent = startAgent(lab);
    const status = () => readStatus(lab);
    await connected(agent, status);
    return {
      lab,
      agent,
      edge,
      proxyPort,
      echoPort,
      authorityFile,
      status,
      flows: () => readFlows(lab),
      watch: () => watchStatus(lab),
      flowLog: () => readFlowLog(lab),
      end: lab.end,
    };
  } catch (error) {
    await lab.end();
    throw error;
  }
}

async function startDestinations(lab: Netlab): Promise<string> {
  const pki = createPki(lab.folder);
  const identity = pki.ca.issue(labHosts.stating, { usage: 'server', names: [labHosts.stating] });
  const files = writeIdentity(lab.folder, 'origin', identity);
  const trusted = `${edgeAddress},${origin}`;
  const programs = [
    ['stating-origin.ts', origin, String(ports.stating), files.cert, files.key, trusted],
    ['ticker.ts', origin, String(ports.ticker)],
    ['ticker.ts', origin, String(ports.toldTicker)],
    ['echo.ts', origin, String(echoPort)],
  ];
  for (const [file = '', ...args] of programs) {
    const program = join(import.meta.dirname, '../netlab/programs', file);
    await lab.start('far', pinnedNode, [program, ...args]).line(/^ready$/);
  }
  return join(lab.folder, 'ca.crt');
}

async function startEdge(lab: Netlab): Promise<Program> {
  const run = async (words: readonly string[]): Promise<void> => {
    const { code, stderr } = await lab.run('far', pinnedNode, [edgeMain, ...words, ...edgeOptions]);
    if (code !== 0) throw new Error(`opengsa-edge ${words.join(' ')}: ${stderr}`);
  };
  await run(['init', '--name', 'edge.contoso.test', '--organisation', 'Contoso', '--microsoft', 'direct']);
  const file = join(lab.folder, 'edge.yaml');
  const config = parseDocument(readFileSync(file, 'utf8'));
  const opaque = (match: string, port: number) => ({
    match,
    class: 'opaque',
    upstream: { address: origin, port },
  });
  const settings: Record<string, unknown> = {
    listen: { tunnel: [`${edgeAddress}:${tunnelPort}`], portalCheck: `${edgeAddress}:80` },
    // Documentation addresses are not global; this organisation's devices have them all the same.
    sourceRanges: [netlabAddresses.deviceNetwork],
    classes: [
      {
        match: labHosts.stating,
        class: 'proxy-v2',
        upstream: { address: origin, port: ports.stating },
      },
      { ...opaque(labHosts.told, ports.toldTicker), class: 'proxy-v2' },
      opaque(labHosts.ticker, ports.ticker),
      opaque(labHosts.echo, echoPort),
    ],
  };
  for (const [key, value] of Object.entries(settings)) config.set(key, config.createNode(value));
  writeFileSync(file, config.toString(), { mode: 0o600 });
  const edge = lab.start('far', pinnedNode, [edgeMain, 'serve', ...edgeOptions]);
  await edge.line(/listening|ready/i);
  await run(['devices', 'add', 'laptop', '--out', 'device']);
  return edge;
}

function startAgent(lab: Netlab): Program {
  const config = {
    credentials: 'device',
    capture: { http: `127.0.0.1:${proxyPort}`, socks5: 'off' },
    customRules: [
      { destinations: [labHosts.stating], authentication: 'sign-in' },
      { destinations: [labHosts.ticker, labHosts.told, labHosts.echo] },
    ],
  };
  writeFileSync(join(lab.folder, 'agent.yaml'), stringify(config), { mode: 0o600 });
  const options = ['--config', 'agent.yaml', '--state-dir', 'agent-state', '--socket', 'agent.sock'];
  return lab.start('app', pinnedNode, [agentMain, 'agent', ...options]);
}

async function connected(agent: Program, status: () => Promise<Status>): Promise<void> {
  for (;;) {
    const now = await Promise.race([
      status().catch(() => null),
      agent.ended.then(({ stderr }) => Promise.reject(new Error(`the agent ended: ${stderr}`))),
    ]);
    if (now?.connection.kind === 'connected') return;
  }
}

async function readStatus(lab: Netlab): Promise<Status> {
  const words = ['status', '--json', '--socket', 'agent.sock'];
  const { stdout } = await lab.run('app', pinnedNode, [agentMain, ...words]);
  return parse(statusSchema, JSON.parse(stdout), 'status');
}

async function readFlows(lab: Netlab): Promise<readonly FlowRecord[]> {
  const words = ['flows', '--json', '--socket', 'agent.sock'];
  const { stdout } = await lab.run('app', pinnedNode, [agentMain, ...words]);
  return parse(z.object({ flows: z.array(flowRecord) }), JSON.parse(stdout), 'flows').flows;
}

function watchStatus(lab: Netlab) {
  const words = ['status', '--watch', '--json', '--socket', 'agent.sock'];
  const program = lab.start('app', pinnedNode, [agentMain, ...words]);
  return {
    seen: () => {
      const lines = program.stdout().split('\n').slice(0, -1);
      return lines.map((line) => parse(statusSchema, JSON.parse(line), 'status'));
    },
  };
}

function readFlowLog(lab: Netlab): FlowLogRecord[] {
  const text = readFileSync(join(lab.folder, 'edge-state/flows.jsonl'), { encoding: 'utf8', flag: 'a+' });
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => parse(flowLogRecord, JSON.parse(line), 'flow log'));
}
