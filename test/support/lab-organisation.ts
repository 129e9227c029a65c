// The example organisation in a laboratory: a real edge and its destinations far away, a real agent on the device.
import { chownSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import type { CaptureMode } from '../../agent/config.ts';
import { type FlowLogRecord, flowLogRecord } from '../../edge/telemetry/flow-log.ts';
import { type FlowRecord, flowRecord } from '../../protocol/flow-record.ts';
import { parse } from '../../protocol/parse.ts';
import { type Status, statusSchema } from '../../protocol/status.ts';
import { installedProgram } from './debian-programs.ts';
import type { LinkOptions } from './emulated-link.ts';
import { createNatLab, type NatLab, type NatLabOptions, natAddresses } from './nat-lab.ts';
import { createNetlab, type Lab, type Netlab, netlabAddresses } from './netlab.ts';
import { createPki, writeIdentity } from './pki.ts';
import { agentMain, edgeMain, pinnedNode, type Program } from './processes.ts';

export const labHosts = {
  edge: 'edge.contoso.test',
  /** HTTPS; says which source address it was told. Of class proxy-v2. */
  stating: 'login.contoso.test',
  /** The same service; its policies are written in IPv4, so the edge prefers to state that. */
  statingIpv4: 'login4.contoso.test',
  /** Speaks first, without end. */
  ticker: 'ticker.contoso.test',
  /** As ticker, and told the source address: of class proxy-v2. */
  told: 'told.contoso.test',
  /** Sends back what it gets. */
  echo: 'echo.contoso.test',
} as const;

/** Put over what the laboratory configures by itself. */
export type LabSettings = {
  readonly edge?: Readonly<Record<string, unknown>>;
  /** Of the edge, before the laboratory's own. */
  readonly classes?: readonly object[];
  /** Addresses of the far side where a service says which address it sees, under any host of contoso.test. */
  readonly reflectors?: readonly string[];
  readonly agent?: Readonly<Record<string, unknown>>;
  /** Other than `proxy`: the agent runs as an account of its own. */
  readonly capture?: CaptureMode;
  /** Prepares the device; the agent is started through the command that it gives, with these words before its own. */
  readonly enter?: (lab: Lab) => Promise<readonly [command: string, ...words: string[]]>;
  /** Added to the agent's environment. */
  readonly environment?: Readonly<Record<string, string>>;
};

export type LabOrganisation<L extends Lab = Netlab> = {
  readonly lab: L;
  readonly agent: Program;
  readonly edge: Program;
  /** The agent's HTTP proxy in the device's namespace. */
  readonly proxyPort: number;
  readonly echoPort: number;
  /** PEM file of the authority behind the destinations' certificates. */
  readonly authorityFile: string;
  /** A sign-in by a new connection: what the destination was told, or why there was no answer. */
  readonly signIn: (host?: string) => Promise<unknown>;
  /** What the signing-in destinations were told, in their order. */
  readonly receiverLog: () => readonly z.infer<typeof receiverRecord>[];
  readonly status: () => Promise<Status>;
  /** What the agent captured, newest first. */
  readonly flows: () => Promise<readonly FlowRecord[]>;
  /** A status line for each change from this moment on. */
  readonly watch: () => { readonly seen: () => readonly Status[] };
  /** `opengsa` with these words, against the agent; what it prints. */
  readonly opengsa: (...words: readonly string[]) => Promise<string>;
  readonly flowLog: () => readonly FlowLogRecord[];
  readonly end: () => Promise<void>;
};

/** `at` in wall-clock ms. */
const receiverRecord = z.object({ at: z.number(), source: z.string().nullable() });

const tunnelPort = 8443;
const proxyPort = 8088;
const echoPort = 7;
/** Where reflectors listen. */
export const reflectorPort = 4500;
// The two tickers differ: a port that is told addresses belongs to its class alone.
const ports = { stating: 4443, ticker: 9, toldTicker: 10 } as const;
// The same in both laboratories.
const { edge: edgeAddress, origin } = netlabAddresses;
const edgeOptions = ['--config', 'edge.yaml', '--state-dir', 'edge-state'];

/** Over an emulated link; the device's own address is its public one. Waits until the agent is connected. */
export async function startLabOrganisation(link: LinkOptions): Promise<LabOrganisation> {
  return startIn(await createNetlab(link), {
    edge: {
      listen: { tunnel: [`${edgeAddress}:${tunnelPort}`], portalCheck: `${edgeAddress}:80` },
      // Documentation addresses are not global; this organisation's devices have them all the same.
      sourceRanges: [netlabAddresses.deviceNetwork],
    },
  });
}

/** Behind NAT; edge and witness have addresses of their own, in both families. Waits until the agent is connected. */
export async function startNatOrganisation(
  options: NatLabOptions = {},
  settings: LabSettings = {},
): Promise<LabOrganisation<NatLab>> {
  const { edge, edgeIpv6, witness, witnessIpv6, sources } = natAddresses;
  const listeners = [edge, witness, `[${edgeIpv6}]`, `[${witnessIpv6}]`];
  return startIn(await createNatLab(options), {
    ...settings,
    edge: {
      listen: { tunnel: listeners.map((address) => `${address}:${tunnelPort}`) },
      edges: [edgeEndpoint(edge, edgeIpv6)],
      witness: { ipv4: edgeEndpoint(witness), ipv6: edgeEndpoint(witnessIpv6) },
      sourceRanges: sources,
      ...settings.edge,
    },
  });
}

/** As devices are told it, dialled at these addresses in their order. */
export function edgeEndpoint(...addresses: readonly string[]): object {
  return { url: `https://${labHosts.edge}:${tunnelPort}`, addresses };
}

async function startIn<L extends Lab>(lab: L, settings: LabSettings): Promise<LabOrganisation<L>> {
  try {
    const { stating, authorityFile } = await startDestinations(lab, settings.reflectors ?? []);
    const edge = await startEdge(lab, settings);
    const agent = startAgent(lab, settings, (await settings.enter?.(lab)) ?? []);
    const ask = (...words: readonly string[]) => askAgent(lab, words);
    const status = () => readStatus(ask);
    await connected(agent, status);
    return {
      ...{ lab, agent, edge, proxyPort, echoPort, authorityFile, status },
      signIn: (host = labHosts.stating) => signIn(lab, host, authorityFile),
      receiverLog: () => readReceiverLog(stating),
      flows: () => readFlows(ask),
      watch: () => watchStatus(lab),
      opengsa: ask,
      flowLog: () => readFlowLog(lab),
      end: lab.end,
    };
  } catch (error) {
    await lab.end();
    throw error;
  }
}

async function startDestinations(
  lab: Lab,
  reflectors: readonly string[],
): Promise<{ stating: Program; authorityFile: string }> {
  const pki = createPki(lab.folder);
  const names = ['*.contoso.test', ...reflectors];
  const files = writeIdentity(
    lab.folder,
    'origin',
    pki.ca.issue(labHosts.stating, { usage: 'server', names }),
  );
  const start = async (file: string, ...args: readonly string[]): Promise<Program> => {
    const program = lab.start('far', pinnedNode, [
      join(import.meta.dirname, '../netlab/programs', file),
      ...args,
    ]);
    await program.line(/^ready$/);
    return program;
  };
  const trusted = `${edgeAddress},${origin}`;
  const stating = await start(
    'stating-origin.ts',
    ...[origin, String(ports.stating), files.cert, files.key, trusted],
  );
  await start('ticker.ts', origin, String(ports.ticker));
  await start('ticker.ts', origin, String(ports.toldTicker));
  await start('echo.ts', origin, String(echoPort));
  for (const address of reflectors) {
    await start('reflector.ts', address, String(reflectorPort), files.cert, files.key);
  }
  return { stating, authorityFile: join(lab.folder, 'ca.crt') };
}

async function startEdge(lab: Lab, settings: LabSettings): Promise<Program> {
  const run = async (words: readonly string[]): Promise<void> => {
    const { code, stderr } = await lab.run('far', pinnedNode, [edgeMain, ...words, ...edgeOptions]);
    if (code !== 0) throw new Error(`opengsa-edge ${words.join(' ')}: ${stderr}`);
  };
  await run(['init', '--name', labHosts.edge, '--organisation', 'Contoso', '--microsoft', 'direct']);
  const file = join(lab.folder, 'edge.yaml');
  const config = parseDocument(readFileSync(file, 'utf8'));
  const entry = (match: string, port: number) => ({
    match,
    class: 'opaque',
    upstream: { address: origin, port },
  });
  const classes = [
    ...(settings.classes ?? []),
    { ...entry(labHosts.stating, ports.stating), class: 'proxy-v2' },
    { ...entry(labHosts.statingIpv4, ports.stating), class: 'proxy-v2', family: 'ipv4' },
    { ...entry(labHosts.told, ports.toldTicker), class: 'proxy-v2' },
    entry(labHosts.ticker, ports.ticker),
    entry(labHosts.echo, echoPort),
  ];
  for (const [key, value] of Object.entries({ classes, ...settings.edge })) {
    config.set(key, config.createNode(value, { aliasDuplicateObjects: false }));
  }
  writeFileSync(file, config.toString(), { mode: 0o600 });
  const edge = lab.start('far', pinnedNode, [edgeMain, 'serve', ...edgeOptions]);
  await edge.line(/listening|ready/i);
  await run(['devices', 'add', 'laptop', '--out', 'device']);
  return edge;
}

/** An agent that captures transparently tells its own traffic by its account, which may do nothing but write rules. */
const agentAccount = 990;

function ownAccount(lab: Lab): readonly string[] {
  const files = readdirSync(join(lab.folder, 'device')).map((file) => join('device', file));
  for (const file of ['', 'device', 'agent.yaml', ...files]) {
    chownSync(join(lab.folder, file), agentAccount, agentAccount);
  }
  const setpriv = installedProgram('setpriv');
  if (setpriv === null) throw new Error('setpriv is not installed');
  const capabilities = ['inh-caps', 'ambient-caps', 'bounding-set'].map((set) => `--${set}=-all,+net_admin`);
  return [setpriv, `--reuid=${agentAccount}`, `--regid=${agentAccount}`, '--clear-groups', ...capabilities];
}

function startAgent(
  lab: Lab,
  { agent = {}, environment = {}, capture = 'proxy' }: LabSettings,
  enter: readonly string[],
): Program {
  const config = {
    credentials: 'device',
    capture: { http: `127.0.0.1:${proxyPort}`, socks5: 'off' },
    customRules: [
      { destinations: [labHosts.stating, labHosts.statingIpv4], authentication: 'sign-in' },
      { destinations: [labHosts.ticker, labHosts.told, labHosts.echo] },
    ],
    ...agent,
  };
  writeFileSync(join(lab.folder, 'agent.yaml'), stringify(config), { mode: 0o600 });
  const options = ['--config', 'agent.yaml', '--state-dir', 'agent-state', '--socket', 'agent.sock'];
  const words = [pinnedNode, agentMain, 'agent', ...options, '--capture', capture];
  const account = capture === 'proxy' ? [] : ownAccount(lab);
  const [command = pinnedNode, ...args] = [...enter, ...account, ...words];
  return lab.start('app', command, args, { env: environment });
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

async function signIn(lab: Lab, host: string, authorityFile: string): Promise<unknown> {
  const curl = installedProgram('curl');
  if (curl === null) throw new Error('curl is not installed');
  const args = ['-sS', '--proxy', `http://127.0.0.1:${proxyPort}`, '--cacert', authorityFile];
  const { stdout, stderr } = await lab.run('app', curl, [...args, `https://${host}/`]);
  return stdout === '' ? stderr : JSON.parse(stdout);
}

function readReceiverLog(stating: Program): z.infer<typeof receiverRecord>[] {
  const lines = stating.stdout().split('\n').slice(0, -1);
  return lines
    .filter((line) => line.startsWith('told '))
    .map((line) => receiverRecord.parse(JSON.parse(line.slice('told '.length))));
}

type Ask = (...words: readonly string[]) => Promise<string>;

async function askAgent(lab: Lab, words: readonly string[]): Promise<string> {
  const { stdout } = await lab.run('app', pinnedNode, [agentMain, ...words, '--socket', 'agent.sock']);
  return stdout;
}

async function readStatus(ask: Ask): Promise<Status> {
  return parse(statusSchema, JSON.parse(await ask('status', '--json')), 'status');
}

async function readFlows(ask: Ask): Promise<readonly FlowRecord[]> {
  const shape = z.object({ flows: z.array(flowRecord) });
  return parse(shape, JSON.parse(await ask('flows', '--json')), 'flows').flows;
}

function watchStatus(lab: Lab) {
  const words = ['status', '--watch', '--json', '--socket', 'agent.sock'];
  const program = lab.start('app', pinnedNode, [agentMain, ...words]);
  return {
    seen: () => {
      const lines = program.stdout().split('\n').slice(0, -1);
      return lines.map((line) => parse(statusSchema, JSON.parse(line), 'status'));
    },
  };
}

function readFlowLog(lab: Lab): FlowLogRecord[] {
  const text = readFileSync(join(lab.folder, 'edge-state/flows.jsonl'), { encoding: 'utf8', flag: 'a+' });
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => parse(flowLogRecord, JSON.parse(line), 'flow log'));
}
