// The edge's data plane in this process, with a policy of the test's own, and devices that talk to it.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
} from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { exportJWK, type JWK } from 'jose';
import type { View } from '../../protocol/view.ts';
import type { DeviceStanding } from '../../edge/core/device-standing.ts';
import { type ClassSettings, compileEdgePolicy, type PolicySettings } from '../../edge/core/edge-policy.ts';
import {
  createTunnelServer,
  type TunnelServer,
  type TunnelServerOptions,
} from '../../edge/server/tunnel-server.ts';
import type { FlowLogRecord } from '../../edge/telemetry/flow-log.ts';
import { createPki, type Identity, type Pki } from './pki.ts';

export const edgeName = 'edge.contoso.test';
export const issuer = 'https://edge.contoso.test';

export type DataPlane = {
  readonly pki: Pki;
  readonly device: Identity;
  readonly host: string;
  readonly port: number;
  readonly records: FlowLogRecord[];
  /** Faults and refusals that the edge wrote to its log. */
  readonly logged: { readonly message: string; readonly fields: object }[];
  readonly witnessKey: { readonly kid: string; readonly privateKey: KeyObject };
  readonly viewChanged: () => void;
  readonly openFlows: () => number;
  readonly revoke: TunnelServer['revoke'];
  readonly drain: (graceMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
  /** What a test may change while it runs. */
  readonly state: {
    signaling: 'enabled' | 'disabled';
    standings: Map<string, DeviceStanding>;
    view: View;
    policy: PolicySettings;
  };
};

export type DataPlaneSettings = {
  readonly classes?: readonly ClassSettings[];
  readonly policy?: Partial<PolicySettings>;
  readonly options?: Partial<TunnelServerOptions>;
  readonly limits?: Partial<TunnelServerOptions['limits']>;
  readonly host?: string;
  readonly pki?: Pki;
};

export const generousLimits: TunnelServerOptions['limits'] = {
  sessions: 1000,
  sessionsPerDevice: 32,
  flows: 50_000,
  flowsPerDevice: 10_000,
  flowIdleSeconds: 3600,
  sessionIdleSeconds: 600,
  connectSeconds: 15,
  handshakeSeconds: 10,
};

/** A device of `contoso` is active from the start; 127.0.0.0/8 is a source range, as in the demo. */
export async function startDataPlane(settings: DataPlaneSettings = {}): Promise<DataPlane> {
  const pki = settings.pki ?? createPki();
  const device = pki.device('laptop');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const witnessKey = { kid: 'w-test', privateKey };
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: witnessKey.kid, alg: 'ES256' };
  const records: FlowLogRecord[] = [];
  const logged: { message: string; fields: object }[] = [];
  const write = (fields: object, message: string) => void logged.push({ fields, message });
  const state: DataPlane['state'] = {
    signaling: 'enabled',
    standings: new Map([[device.thumbprint, { kind: 'active', name: 'laptop' }]]),
    view: plainView(1),
    policy: {
      classes: settings.classes ?? [],
      ports: [443],
      sourceRanges: ['127.0.0.0/8', '::1/128'],
      strict: false,
      microsoft: null,
      egress: { ipv4: null, ipv6: null },
      ...settings.policy,
    },
  };
  const server = createTunnelServer({
    name: edgeName,
    tls: { key: pki.edge.key, cert: pki.edge.cert, ca: pki.ca.cert },
    listen: [{ address: settings.host ?? '127.0.0.1', port: 0 }],
    limits: { ...generousLimits, ...settings.limits },
    policy: () => compileEdgePolicy(state.policy, []),
    signaling: () => state.signaling,
    issuing: { authority: { key: pki.ca.key, certificate: pki.ca.cert }, organisation: 'contoso' },
    view: () => state.view,
    findDevice: (thumbprint) => state.standings.get(thumbprint) ?? { kind: 'unknown' },
    witnessKey,
    jwks: { keys: [jwk] },
    issuer,
    logFlow: (record) => void records.push(record),
    log: { warn: write, error: write },
    ...settings.options,
  });
  await server.listen();
  const [bound] = server.addresses();
  return {
    pki,
    device,
    host: bound!.address.text,
    port: bound!.port,
    records,
    logged,
    witnessKey,
    viewChanged: server.viewChanged,
    openFlows: server.openFlows,
    revoke: server.revoke,
    drain: server.drain,
    close: () => server.drain(0),
    state,
  };
}

/** A class entry that relays `match` to a server of the test. */
export function opaqueTo(match: string, upstream: { host: string; port: number }): ClassSettings {
  return { match, class: 'opaque', upstream: { address: upstream.host, port: upstream.port } };
}

export function plainView(revision: number): View {
  return {
    revision,
    organisation: 'contoso',
    edgeEgress: { ipv4: null, ipv6: null },
    classes: [],
    namedLocations: [],
    signaling: { status: 'enabled', since: '2026-01-01T00:00:00.000Z' },
    microsoft: null,
    sourceRanges: [],
  };
}

export type SessionOptions = {
  readonly device?: { readonly cert: string; readonly key: string };
  readonly localAddress?: string;
};

/** A session of a device, after the handshake. The caller destroys it. */
export async function openSession(
  edge: DataPlane,
  options: SessionOptions = {},
): Promise<ClientHttp2Session> {
  const { cert, key } = options.device ?? edge.device;
  const session = connect(`https://${edgeName}:${edge.port}`, {
    createConnection: () =>
      connectTls({
        host: edge.host,
        port: edge.port,
        servername: edgeName,
        ca: edge.pki.ca.cert,
        cert,
        key,
        ALPNProtocols: ['h2'],
        ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
      }),
    settings: { initialWindowSize: 1024 * 1024, enablePush: false },
  });
  session.on('error', () => undefined);
  await once(session, 'connect');
  return session;
}

/** Sends a CONNECT; the caller may write at once. */
export function openFlow(
  session: ClientHttp2Session,
  authority: string,
  fields: Record<string, string> = {},
): ClientHttp2Stream {
  const stream = session.request({ ':method': 'CONNECT', ':authority': authority, ...fields });
  stream.on('error', () => undefined);
  return stream;
}

/** Sends a CONNECT and waits for its answer. */
export async function answered(
  session: ClientHttp2Session,
  authority: string,
  fields: Record<string, string> = {},
): Promise<{ stream: ClientHttp2Stream; status: number; headers: IncomingHttpHeaders }> {
  const stream = openFlow(session, authority, fields);
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  return { stream, status: Number(headers[':status']), headers };
}

/** Everything that the peer sends until its end, as text. */
export async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
