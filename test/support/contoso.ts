// The example organisation on one machine: a real edge, an identity provider behind it and a workstation's agent,
// each a program of its own, with addresses of their own. The demo and the scenario tests start it.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { OpenGsaError } from '../../protocol/error.ts';
import { type FlowRecord, flowRecord } from '../../protocol/flow-record.ts';
import { parse } from '../../protocol/parse.ts';
import { type Status, statusSchema } from '../../protocol/status.ts';
import {
  type ProviderSettings,
  type ReceivedRequest,
  readyLine,
  receivedRequest,
} from './identity-provider/main.ts';
import type { Told } from './identity-provider/front.ts';
import { apps } from './identity-provider/people.ts';
import { type SignIn, signIn as signInRow } from './identity-provider/sign-in-log.ts';
import { runClientIn } from './client-command.ts';
import { runEdgeIn } from './edge-command.ts';
import { agentMain, edgeMain, pinnedNode, type Program, type ProgramGroup } from './processes.ts';
import { type SignInRequest, type SignInResult, signIn } from './sign-in.ts';

/** Documentation addresses cannot be bound, so each role has a loopback address. */
export const addresses = {
  /** Where the workstation's connections leave. */
  workstation: '127.10.0.7',
  /** Where the edge's connections leave. */
  edge: '127.20.0.1',
  /** Where the edge takes tunnels. */
  edgeListener: '127.20.0.254',
  provider: '127.30.0.1',
} as const;

export const providerHost = 'login.contoso.test';
const headOffice = { name: 'Contoso head office', ranges: ['127.10.0.0/24'] };
const edgeName = 'edge.contoso.test';
const deviceName = 'workstation-7';
const edgeOptions = ['--config', 'edge.yaml', '--state-dir', 'edge-state'];
/** The authority behind the provider's own certificate, beside the edge's configuration. */
const providerAuthority = 'contoso-ca.pem';
const telling = { 'proxy-v2': 'PROXY v2', forwarded: 'X-Forwarded-For' } as const satisfies Record<
  Told,
  string
>;
const agentSocket = 'agent.sock';
const agentOptions = ['--state-dir', 'agent-state', '--socket', agentSocket];
const flowList = z.object({ flows: z.array(flowRecord) });

/** One thing that is done: its title, and the commands that it shows while it runs. */
export type Step = <T>(title: string, work: (show: (command: string) => void) => Promise<T>) => Promise<T>;

/** Does the steps without a word. */
export const quietly: Step = (_title, work) => work(() => undefined);

export type Contoso = {
  readonly issuer: string;
  /** PEM of the authority behind the certificate that is shown for the provider, and where it stands as a file. */
  readonly authority: string;
  readonly authorityFile: string;
  /** The provider's public key, as Chromium's command line takes it. */
  readonly keyHash: string;
  readonly person: { readonly username: string; readonly password: string };
  /** The agent's HTTP proxy, `http://address:port`, and its PAC file. */
  readonly proxy: string;
  readonly pacUrl: string;
  readonly programs: ContosoPrograms;
  /** Switches restoration at the edge, through the edge's own command. Nothing is restarted. */
  readonly setRestoration: (wanted: 'on' | 'off', show?: (command: string) => void) => Promise<void>;
  /** One scripted sign-in through the agent, on connections of its own. */
  readonly signIn: (changes?: Partial<SignInRequest>) => Promise<SignInResult>;
  /** The provider's sign-in log, oldest first. */
  readonly signIns: () => SignIn[];
  /** Every request that reached the provider, oldest first. */
  readonly requests: () => ReceivedRequest[];
  readonly status: () => Promise<Status>;
  /** What the agent captured, open and ended. */
  readonly flows: () => Promise<FlowRecord[]>;
  /** Asks every program to stop and waits for their ends. */
  readonly stop: () => Promise<void>;
};

export type ContosoPrograms = { readonly provider: Program; readonly edge: Program; readonly agent: Program };

export type ContosoOptions = {
  /** Where the programs live; its owner ends it. */
  readonly group: ProgramGroup;
  readonly step?: Step;
  /** The provider's class, `proxy-v2` if absent; with `forwarded` the edge ends its TLS. */
  readonly providerClass?: Told;
  /** Classes that come before the provider's. */
  readonly classes?: readonly object[];
  /** Put over what agent.yaml would say. */
  readonly agentSettings?: Readonly<Record<string, unknown>>;
  /** Told of each long-running program as soon as it runs, ready or not. */
  readonly onStart?: (name: keyof ContosoPrograms, program: Program) => void;
  /** Set in the edge's configuration beside what the organisation needs. */
  readonly edgeSettings?: Readonly<Record<string, unknown>>;
  /** Takes the edge's connections in the provider's place, and speaks PROXY v2 to it from its own `address`. */
  readonly providerFront?: {
    readonly address: string;
    readonly start: (provider: Place) => Promise<Place>;
  };
};

export type Place = { readonly address: string; readonly port: number };

/**
 * Starts everything in the group's folder and waits until the agent is connected.
 *
 * @throws OpenGsaError with the program's own words where one cannot be started
 */
export async function startContoso(options: ContosoOptions): Promise<Contoso> {
  const { group, step = quietly, onStart, providerFront, providerClass = 'proxy-v2', ...extras } = options;
  const { folder } = group;
  const start: StartProgram = (name, args) => {
    const program = startIn(group, args);
    onStart?.(name, program);
    return program;
  };
  const person = {
    id: '5d2b7c1e-0c0f-4a55-9a39-6f3f1f0d8a01',
    name: 'Demo Person',
    username: 'person@contoso.test',
    password: randomBytes(12).toString('base64url'),
  };
  const signInLog = join(folder, 'sign-ins.jsonl');
  const requestLog = join(folder, 'requests.jsonl');
  const [provider] = await Promise.all([
    step('Start the identity provider, which allows sign-ins only from a named location', async (show) => {
      show(
        `https://${providerHost} at ${addresses.provider}, ${telling[providerClass]} from ${addresses.edge} only`,
      );
      return startProvider(group, start, {
        host: providerHost,
        listen: { address: addresses.provider, port: 0 },
        trustedEdges: [providerFront?.address ?? addresses.edge],
        told: providerClass,
        people: [person],
        trustedLocation: headOffice,
        signInLog,
        requestLog,
      });
    }),
    step('Make the edge: authority, certificate, witness key, configuration', async (show) => {
      const what = ['--name', edgeName, '--organisation', 'Contoso', '--microsoft', 'anchor'];
      const where = ['--listen', `${addresses.edgeListener}:0`, '--egress', addresses.edge];
      await runEdge(group, ['init', ...what, ...where, ...edgeOptions], show);
    }),
  ]);
  const behind = { address: addresses.provider, port: provider.ready.port };
  const upstream = (await providerFront?.start(behind)) ?? behind;
  const { issuer, keyHash } = provider.ready;
  const authorityFile = join(folder, providerAuthority);
  writeFileSync(authorityFile, provider.ready.authority);
  const edge = await step(
    'Start the edge, with the provider as a destination that is told the address',
    (show) =>
      startEdge(
        group,
        start,
        {
          provider: { class: providerClass, upstream },
          before: extras.classes ?? [],
          ...extras.edgeSettings,
        },
        show,
      ),
  );
  await step('Give the workstation its certificate', (show) =>
    runEdge(group, ['devices', 'add', deviceName, '--out', 'device', ...edgeOptions], show),
  );
  const { agent, status } = await step('Start the agent on the workstation and connect', (show) =>
    startAgent(group, start, extras.agentSettings ?? {}, show),
  );
  const { httpProxy, pacUrl } = status.capture;
  if (httpProxy === null || pacUrl === null) {
    throw new OpenGsaError('bad-message', 'the agent is connected but has no HTTP proxy');
  }
  const shownBy = providerClass === 'forwarded' ? join(folder, 'edge-state/ca.crt') : authorityFile;
  const authority = readFileSync(shownBy, 'utf8');
  const programs = { provider: provider.program, edge, agent };
  const proxy = httpProxy.includes('://') ? httpProxy : `http://${httpProxy}`;
  return {
    issuer,
    authority,
    authorityFile: shownBy,
    keyHash,
    person,
    proxy,
    pacUrl,
    programs,
    setRestoration: (wanted, show) =>
      runEdge(
        group,
        ['signaling', ...(wanted === 'on' ? ['enable'] : ['disable', '--confirm']), ...edgeOptions],
        show,
      ),
    signIn: (changes = {}) =>
      signIn({
        proxy,
        issuer,
        authority,
        clientId: apps.native,
        username: person.username,
        password: person.password,
        ...changes,
      }),
    signIns: () => readLog(signInLog, signInRow),
    requests: () => readLog(requestLog, receivedRequest),
    status: () => readStatus(group),
    flows: async () => parse(flowList, await runClient(group, ['flows', '--limit', '1000']), 'flows').flows,
    stop: () => stopPrograms(programs),
  };
}

type StartProgram = (name: keyof ContosoPrograms, args: readonly string[]) => Program;

async function startProvider(group: ProgramGroup, start: StartProgram, settings: ProviderSettings) {
  const file = join(group.folder, 'provider.json');
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
  const main = join(import.meta.dirname, 'identity-provider/main.ts');
  const program = start('provider', [main, file]);
  const line = await readyLineOf('provider', program, /^\{/);
  return { program, ready: parse(readyLine, JSON.parse(line), 'provider') };
}

/** Adds to the configuration that `init` wrote what this organisation needs. */
async function startEdge(
  group: ProgramGroup,
  start: StartProgram,
  {
    provider,
    before,
    ...others
  }: { readonly provider: { readonly class: Told; readonly upstream: Place } } & {
    readonly before: readonly object[];
  } & Readonly<Record<string, unknown>>,
  show: (command: string) => void,
): Promise<Program> {
  const file = join(group.folder, 'edge.yaml');
  const config = parseDocument(readFileSync(file, 'utf8'));
  const settings: Record<string, unknown> = {
    sourceRanges: ['127.0.0.0/8'],
    classes: [
      ...before,
      {
        match: providerHost,
        ...provider,
        ...(provider.class === 'forwarded' && { upstreamTls: { ca: providerAuthority } }),
      },
    ],
    namedLocations: [{ ...headOffice, trusted: true, policies: [`Only from ${headOffice.name}`] }],
    ...others,
  };
  for (const [key, value] of Object.entries(settings)) {
    // The programs read no YAML aliases, which a value that stands twice would become.
    config.set(key, config.createNode(value, { aliasDuplicateObjects: false }));
  }
  writeFileSync(file, config.toString(), { mode: 0o600 });
  show(
    `edge.yaml: ${providerHost} is of class ${provider.class}; the edge's connections leave from ${addresses.edge}`,
  );
  const words = ['serve', ...edgeOptions];
  show(commandLine('opengsa-edge', words));
  const edge = start('edge', [edgeMain, ...words]);
  await readyLineOf('edge', edge, /is ready/);
  return edge;
}

async function startAgent(
  group: ProgramGroup,
  start: StartProgram,
  extra: Readonly<Record<string, unknown>>,
  show: (command: string) => void,
): Promise<{ agent: Program; status: Status }> {
  const config = {
    credentials: 'device',
    capture: { http: '127.0.0.1:0', socks5: '127.0.0.1:0' },
    localAddress: { ipv4: addresses.workstation },
    customRules: [
      { name: 'Contoso sign-in', destinations: [providerHost], ports: [443], authentication: 'sign-in' },
    ],
    ...extra,
  };
  writeFileSync(join(group.folder, 'agent.yaml'), stringify(config, { aliasDuplicateObjects: false }), {
    mode: 0o600,
  });
  show(
    `agent.yaml: ${providerHost} goes through the tunnel; connections leave from ${addresses.workstation}`,
  );
  const words = ['agent', '--config', 'agent.yaml', ...agentOptions];
  show(commandLine('opengsa', words));
  const agent = start('agent', [agentMain, ...words]);
  await readyLineOf('agent', agent, /^Ready/);
  return { agent, status: await connected(group, show) };
}

/** Watches the agent's status until it is connected and told the edge's view; its own words say why where it is not. */
async function connected(group: ProgramGroup, show: (command: string) => void): Promise<Status> {
  const words = ['status', '--watch', '--json', '--socket', agentSocket];
  show(commandLine('opengsa', words));
  const watch = startIn(group, [agentMain, ...words]);
  const statusOf = (line: string) => parse(statusSchema, JSON.parse(line), 'status');
  try {
    return statusOf(
      await watch.line(/"connection":\{"kind":"connected".*"signaling":"(?:enabled|disabled)"/),
    );
  } catch {
    // It stayed in another state: that state has a cause, the waiting has none.
    const last = watch.stdout().trim().split('\n').at(-1) ?? '';
    const { title, sentence, cause: reason } = statusOf(last || '{}');
    throw new OpenGsaError('edge-unreachable', `the agent is not connected: ${title}. ${reason ?? sentence}`);
  } finally {
    watch.signal('SIGTERM');
  }
}

async function readStatus(group: ProgramGroup): Promise<Status> {
  return parse(statusSchema, await runClient(group, ['status']), 'status');
}

/** The facts that a command of the client prints. */
async function runClient(group: ProgramGroup, words: readonly string[]): Promise<unknown> {
  const result = await runClientIn(group, [...words, '--json', '--socket', agentSocket]);
  if (result.code === 0) return JSON.parse(result.stdout);
  throw new OpenGsaError('agent-not-running', `opengsa ${words[0] ?? ''}: ${lastLine(result.stderr)}`);
}

async function runEdge(
  group: ProgramGroup,
  words: readonly string[],
  show: (command: string) => void = () => undefined,
): Promise<void> {
  show(commandLine('opengsa-edge', words));
  const { code, stderr } = await runEdgeIn(group, words);
  if (code === 0) return;
  throw new OpenGsaError('edge-not-running', `opengsa-edge ${words[0] ?? ''}: ${lastLine(stderr)}`);
}

/** The programs are alike, so they share what Node has compiled; with nobody else to share it, it goes with the folder. */
function startIn(group: ProgramGroup, args: readonly string[]): Program {
  const { NODE_COMPILE_CACHE = join(group.folder, 'compile-cache') } = process.env;
  return group.start(pinnedNode, args, { env: { NODE_COMPILE_CACHE } });
}

async function readyLineOf(name: keyof ContosoPrograms, program: Program, pattern: RegExp): Promise<string> {
  try {
    return await program.line(pattern);
  } catch {
    // The helper's message repeats all that the program said; its last line is the reason.
    const words = lastLine(program.stderr());
    const reason = words === '' ? 'it said nothing' : words;
    throw new OpenGsaError('internal', `the ${name} did not become ready: ${reason}`);
  }
}

function readLog<T>(file: string, schema: z.ZodType<T>): T[] {
  const lines = readFileSync(file, { encoding: 'utf8', flag: 'a+' }).split('\n').slice(0, -1);
  return lines.map((line) => parse(schema, JSON.parse(line), file));
}

/** Longest an asked program may take to end before the group's owner ends it. */
const stopPatienceMs = 3_000;

async function stopPrograms({ agent, edge, provider }: ContosoPrograms): Promise<void> {
  for (const program of [agent, edge, provider]) program.signal('SIGTERM');
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), stopPatienceMs);
  await Promise.race([Promise.all([agent.ended, edge.ended, provider.ended]), late]);
  clearTimeout(timer);
}

function commandLine(program: string, words: readonly string[]): string {
  return `$ ${[program, ...words].join(' ')}`;
}

/** The last line of what a program said; where it fell with a stack trace, the error's own line. */
function lastLine(text: string): string {
  const lines = text.trim().split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? '';
}
