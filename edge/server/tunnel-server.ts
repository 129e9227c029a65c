// The edge's data plane in one piece: tunnel, witness and view behind one door.
import type { JSONWebKeySet } from 'jose';
import { viewPath, witnessPath } from '../../protocol/tunnel.ts';
import type { View } from '../../protocol/view.ts';
import type { DeviceStanding } from '../core/device-standing.ts';
import type { EdgePolicy, Endpoint } from '../core/edge-policy.ts';
import type { FlowLimits } from '../core/limits.ts';
import { createAttestationVerifier } from '../identity/attestation.ts';
import { createHostIdentities } from '../identity/host-identities.ts';
import type { Credential } from '../identity/pki.ts';
import type { WitnessKey } from '../identity/witness-token.ts';
import type { People } from '../people/people.ts';
import type { Connections } from '../telemetry/connections.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';
import { createDialler } from '../upstream/dialler.ts';
import { createEgressPorts } from '../upstream/egress-ports.ts';
import { createOwnAddresses } from '../upstream/own-addresses.ts';
import { type Resolve, resolveBySystem } from '../upstream/resolver.ts';
import { createCarryHttp } from './carriage.ts';
import { createConnectHandler } from './connect-handler.ts';
import { createDeviceAccounts } from './device-accounts.ts';
import { createDeviceLookups } from './device-lookups.ts';
import { createDrain, createRevoke, type Ended } from './drain.ts';
import { createDecider } from './flow-decision.ts';
import { createH1Front } from './h1-front.ts';
import { createH2Front } from './h2-front.ts';
import { createPlainHandler, type Questions } from './plain-handler.ts';
import type { Handlers } from './request.ts';
import { createTlsFront, type DeviceConnection, type TunnelListener } from './tls-front.ts';
import { createViewHandler, viewQuestion } from './view-handler.ts';
import { witnessQuestion } from './witness.ts';

export type TunnelLimits = FlowLimits & {
  readonly sessions: number;
  readonly sessionsPerDevice: number;
  readonly flowIdleSeconds: number;
  readonly sessionIdleSeconds: number;
  readonly connectSeconds: number;
  readonly handshakeSeconds: number;
};

/** Functions are asked anew for each flow or request, so that what they answer may change while the server runs. */
export type TunnelServerOptions = {
  readonly name: string;
  /** PEM. `ca` signs the devices' certificates. */
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
  readonly listen: readonly TunnelListener[];
  readonly limits: TunnelLimits;
  readonly policy: () => EdgePolicy;
  readonly signaling: () => 'enabled' | 'disabled';
  /** Signs certificates for hosts whose TLS this edge ends and that have no files. */
  readonly issuing: { readonly authority: Credential; readonly organisation: string };
  readonly view: () => View;
  readonly findDevice: (thumbprint: string) => DeviceStanding;
  /** What devices may ask beside the view and the witness. */
  readonly questions?: Questions;
  /** Whether two certificates are one device's; absent: never. */
  readonly isSameDevice?: (thumbprint: string, other: string) => boolean;
  /** Signs this edge's statements. */
  readonly witnessKey: WitnessKey;
  /** Public keys of all the organisation's witnesses. */
  readonly jwks: JSONWebKeySet;
  /** In every statement of the organisation's witnesses. */
  readonly issuer: string;
  readonly logFlow: (record: FlowLogRecord) => void;
  /** Told of each connection of a device. */
  readonly connections?: Pick<Connections, 'opened' | 'closed'>;
  /** Told, per flow, why statements of the witness did not count. */
  readonly onAttestationFaults?: (device: FlowLogRecord['device'], faults: readonly string[]) => void;
  readonly log: TunnelLog;
  /** Absent: nobody can sign in here. */
  readonly people?: People;
  readonly resolve?: Resolve;
  readonly ownAddresses?: () => readonly string[];
  readonly nowMs?: () => number;
};

/** What pino has. */
export type TunnelLog = {
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};

export type TunnelServer = {
  /** @throws OpenGsaError `address-in-use`, `address-unavailable`, `bad-permissions` */
  readonly listen: () => Promise<void>;
  readonly addresses: () => readonly Endpoint[];
  /** The view has another revision: devices that wait for it get it. */
  readonly viewChanged: () => void;
  /** TLS connections of devices. */
  readonly sessions: () => number;
  readonly openFlows: () => number;
  /** Thumbprints of the certificates that devices are connected with. */
  readonly connected: () => readonly string[];
  /** Ends what a device has open with any of its certificates, within a second. Its standing must have changed before, or it just comes back. */
  readonly revoke: (thumbprints: readonly string[]) => Ended;
  /** Accepts nothing more, asks devices to go (GOAWAY), and after `graceMs` resets what is left. */
  readonly drain: (graceMs: number) => Promise<void>;
};

export function createTunnelServer(options: TunnelServerOptions): TunnelServer {
  const { name, limits, log } = options;
  const nowMs = options.nowMs ?? Date.now;
  const onFault = (error: unknown) =>
    log.error({ err: error }, 'a request failed by a fault of this program');
  const views = createViewHandler(options.view);
  const dial = createDialler({ ports: createEgressPorts(Math.random() * 2 ** 31) });
  const connects = createConnectHandler({
    ...limits,
    name,
    ...createDecider({
      policy: options.policy,
      findDevice: options.findDevice,
      isSameDevice: options.isSameDevice ?? (() => false),
      verifyAttestation: createAttestationVerifier(options),
      resolve: createDeviceLookups(options.resolve ?? resolveBySystem),
      ownAddresses: options.ownAddresses ?? createOwnAddresses(),
      listeners: () => front.addresses(),
      nowMs,
      people: options.people ?? null,
      onFaults: options.onAttestationFaults ?? (() => undefined),
    }),
    dial,
    carryHttp: createCarryHttp({
      name,
      identities: createHostIdentities({ ...options.issuing, nowMs }),
      dial,
      connectSeconds: limits.connectSeconds,
    }),
    accounts: createDeviceAccounts(limits),
    signaling: options.signaling,
    logFlow: options.logFlow,
    nowMs,
    onFault,
  });
  const handlers: Handlers = {
    onConnect: connects.handle,
    onPlain: createPlainHandler({
      name,
      findDevice: options.findDevice,
      questions: {
        ...options.questions,
        [viewPath]: viewQuestion(views),
        [witnessPath]: witnessQuestion({
          key: options.witnessKey,
          issuer: options.issuer,
          sourceRanges: () => options.policy().sourceRanges,
          nowMs,
        }),
      },
      onFault,
    }),
  };
  const h2 = createH2Front({ handlers, sessionIdleSeconds: limits.sessionIdleSeconds });
  const h1 = createH1Front({ handlers, headSeconds: limits.handshakeSeconds });
  const front = createTlsFront({
    tls: options.tls,
    listen: options.listen,
    limits,
    onConnection: (connection) => {
      noteConnection(connection, options);
      (connection.protocol === 'h2' ? h2 : h1).take(connection);
    },
    onRefused: (peer, reason) => log.warn({ peer, reason }, 'connection refused'),
  });

  return {
    listen: front.listen,
    addresses: front.addresses,
    viewChanged: views.changed,
    sessions: front.connections,
    openFlows: connects.openFlows,
    connected: front.connected,
    revoke: createRevoke({ front, connects }),
    drain: createDrain({ front, h2, h1, views, connects }),
  };
}

function noteConnection(
  { connectionId: id, thumbprint, protocol, peer, tls }: DeviceConnection,
  { connections, findDevice }: Pick<TunnelServerOptions, 'connections' | 'findDevice'>,
): void {
  const standing = findDevice(thumbprint);
  const name = standing.kind === 'unknown' ? null : standing.name;
  connections?.opened({ id, device: { thumbprint, name }, protocol, peer });
  tls.once('close', () => connections?.closed(id));
}
