// An organisation that restricts tenants: a real edge and agent, and an origin that stands for Microsoft's sign-in hosts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { inspectedHosts } from '../../agent/core/inspected-hosts.ts';
import { connectToAgent } from '../../agent/management/client.ts';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import { type Status, statusSchema } from '../../protocol/status.ts';
import { initEdge, runEdge, serveEdge } from './edge-program.ts';
import { createAuthority, type TestAuthority } from './pki.ts';
import { agentMain, createProgramGroup, pinnedNode, type Program, type ProgramGroup } from './processes.ts';

export const deviceHosts = [
  'device.login.microsoftonline.com',
  'enterpriseregistration.windows.net',
] as const;
export const restriction = {
  tenantId: '11111111-2222-3333-4444-555555555555',
  policyId: '66666666-7777-8888-9999-000000000000',
};

export type InspectedOrganisation = {
  readonly group: ProgramGroup;
  readonly agent: Program;
  /** `http://address:port` */
  readonly proxy: string;
  readonly pacUrl: string;
  readonly stateDir: string;
  /** The authority behind the origin's certificates, and its file. */
  readonly authority: TestAuthority;
  readonly authorityFile: string;
  readonly origin: SignInOrigin;
  readonly opengsa: (...words: string[]) => ReturnType<ProgramGroup['run']>;
  /** Newest first. */
  readonly flows: () => Promise<FlowRecord[]>;
  readonly status: () => Promise<Status>;
  readonly end: () => Promise<void>;
};

export type SignInOrigin = {
  readonly port: number;
  /** What follows is shown to connections from then on. */
  readonly show: (settings: OriginTls) => void;
  readonly close: () => void;
};

export type OriginTls = {
  readonly cert: string;
  readonly key: string;
  readonly maxVersion?: 'TLSv1.1';
  readonly minVersion?: 'TLSv1.1';
  readonly ciphers?: string;
};

export async function startInspectedOrganisation(): Promise<InspectedOrganisation> {
  const group = createProgramGroup();
  const authority = createAuthority('Origin authority');
  const authorityFile = join(group.folder, 'origin-ca.pem');
  writeFileSync(authorityFile, authority.cert);
  const hosts = [...inspectedHosts, ...deviceHosts];
  const origin = await startSignInOrigin(authority.issue('origin', { usage: 'server', names: hosts }));
  await initEdge(group, {
    microsoft: 'anchor',
    sourceRanges: ['127.0.0.0/8'],
    classes: hosts.map((match) => ({
      match,
      class: 'anchor',
      upstream: { address: '127.0.0.1', port: origin.port },
    })),
  });
  await serveEdge(group);
  const added = await runEdge(group, ['devices', 'add', 'laptop-1', '--out', 'device']);
  if (added.code !== 0) throw new Error(`devices add: ${added.stderr}`);

  const stateDir = join(group.folder, 'state-agent');
  mkdirSync(stateDir, { mode: 0o700 });
  const config = {
    credentials: 'device',
    capture: { http: '127.0.0.1:0', socks5: '127.0.0.1:0' },
    // The profile does not have it; without a rule it would be dialled directly, at its real address.
    customRules: [{ destinations: ['login.live.com'] }],
    inspection: { tenantRestriction: restriction, upstreamCa: 'origin-ca.pem' },
    log: { level: 'debug' },
  };
  writeFileSync(join(group.folder, 'agent.yaml'), stringify(config), { mode: 0o600 });
  const places = ['--state-dir', stateDir];
  const socket = ['--socket', 'agent.sock'];
  const agent = group.start(pinnedNode, [agentMain, 'agent', '--config', 'agent.yaml', ...places, ...socket]);
  await agent.line(/^Ready/);
  const watch = group.start(pinnedNode, [agentMain, 'status', '--watch', '--json', ...socket]);
  const line = await watch.line(/"connection":\{"kind":"connected"/);
  watch.signal('SIGTERM');
  const { capture } = statusSchema.parse(JSON.parse(line));
  const client = await connectToAgent({ socketPath: join(group.folder, 'agent.sock'), program: 'test' });
  return {
    group,
    agent,
    proxy: `http://${capture.httpProxy ?? ''}`,
    pacUrl: capture.pacUrl ?? '',
    stateDir,
    authority,
    authorityFile,
    origin,
    opengsa: (...words) => group.run(pinnedNode, [agentMain, ...words, ...places]),
    flows: async () => (await client.call('flows.list', { limit: 100 })).flows,
    status: () => client.call('status.get', {}),
    end: async () => {
      client.close();
      origin.close();
      await group.end();
    },
  };
}

/** Answers every request with its own fields as JSON, over both versions of HTTP. */
async function startSignInOrigin(identity: OriginTls): Promise<SignInOrigin> {
  const server = createSecureServer({ key: identity.key, cert: identity.cert, allowHTTP1: true });
  server.on('request', (request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ version: request.httpVersion, fields: request.rawHeaders }));
  });
  server.on('tlsClientError', () => undefined);
  server.on('sessionError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    show: (settings) => server.setSecureContext(settings),
    close: () => void server.close(),
  };
}
