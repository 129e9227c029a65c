// The capture fronts with the real flow path behind them; what is decided and where the tunnel leads are up to the test.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { CaptureFront, CaptureLimits } from '../../agent/capture/capture.ts';
import { startHttpProxy } from '../../agent/capture/http-proxy.ts';
import { startSocks5 } from '../../agent/capture/socks5.ts';
import type { FlowDecision, OpenFlow, OpenTunnelFlow } from '../../agent/core/flow.ts';
import { createDirectDialer } from '../../agent/flow/direct.ts';
import { createFlowRouter, type FlowRouting } from '../../agent/flow/flow-router.ts';
import { createFlowTable, type FlowTable } from '../../agent/flow/flow-table.ts';
import type { OwnListener } from '../../agent/flow/loop-guard.ts';
import { type Address, parseAddress } from '../../protocol/address.ts';
import type { Destination } from '../../protocol/destination.ts';
import { formatTraceparent, traceparentRandomBytes } from '../../protocol/traceparent.ts';

export type CaptureRig = {
  readonly http: CaptureFront;
  readonly socks5: CaptureFront;
  readonly table: FlowTable;
  readonly openFlow: OpenFlow;
  /** Opens a connection to the HTTP proxy and sends `text`. */
  readonly talk: (text: string) => Promise<Socket>;
  readonly close: () => Promise<void>;
};

export type CaptureRigOptions = {
  readonly decide?: (destination: Destination) => FlowDecision;
  readonly openTunnel?: OpenTunnelFlow;
  readonly identify?: FlowRouting['identify'];
  /** Names that resolve, beside what the system knows. */
  readonly names?: Readonly<Record<string, string>>;
  readonly users?: Readonly<Record<string, string>>;
  readonly limits?: Partial<CaptureLimits>;
};

export const pacToken = '0123456789abcdef0123456789abcdef';
export const pacText = 'function FindProxyForURL(url, host) { return "DIRECT"; }\n';

export const direct: FlowDecision = {
  action: 'direct',
  ruleId: null,
  reason: 'no-rule',
  authentication: null,
  hardening: null,
  attest: false,
};
export const tunnelled: FlowDecision = { ...direct, action: 'tunnel', ruleId: 'r1', reason: 'rule-forward' };
export const blocked: FlowDecision = {
  ...direct,
  action: 'block',
  ruleId: 'r1',
  reason: 'hardening-block',
  hardening: 'block',
};

export async function startCaptureRig(options: CaptureRigOptions = {}): Promise<CaptureRig> {
  const table = createFlowTable({ now: () => new Date() });
  const listeners: OwnListener[] = [];
  const openFlow = createFlowRouter({
    decide: options.decide ?? (() => direct),
    identify: options.identify ?? (() => null),
    openTunnel: options.openTunnel ?? (() => Promise.reject(new Error('this test has no tunnel'))),
    dialDirect: createDirectDialer({
      localAddress: { ipv4: null, ipv6: null },
      ownListeners: () => listeners,
      resolve: (name) => resolveIn(options.names ?? {}, name),
    }),
    attestations: () => [],
    inspect: () => null,
    table,
    traceparent: () => formatTraceparent(randomBytes(traceparentRandomBytes)),
  });
  const listen = { address: '127.0.0.1', port: 0 };
  const limits = options.limits ?? {};
  const pac = { token: pacToken, text: () => pacText };
  const http = await startHttpProxy({ listen, openFlow, pac, limits });
  const socks5 = await startSocks5({ listen, openFlow, users: options.users ?? {}, limits });
  for (const { listening } of [http, socks5]) {
    listeners.push({ address: parseAddress(listening.host)!, port: listening.port });
  }
  return {
    http,
    socks5,
    table,
    openFlow,
    talk: async (text) => {
      const socket = await connectTo(http);
      socket.write(text, 'latin1');
      return socket;
    },
    close: async () => {
      await Promise.all([http.close(), socks5.close()]);
    },
  };
}

/** A half-open capable connection to `front`, which does not end the process by its errors. */
export async function connectTo({ listening }: CaptureFront): Promise<Socket> {
  const socket = connect({ ...listening, allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Reads the head of an answer, up to the empty line; what follows stays in the socket. */
export async function readHead(socket: Socket): Promise<string> {
  let text = '';
  while (!text.endsWith('\r\n\r\n')) {
    const byte = socket.read(1) as Buffer | null;
    if (byte !== null) text += byte.toString('latin1');
    else if (socket.readableEnded || socket.destroyed) return text;
    else await Promise.race([once(socket, 'readable'), once(socket, 'end'), once(socket, 'close')]);
  }
  return text;
}

function resolveIn(names: Readonly<Record<string, string>>, name: string): Promise<Address[]> {
  const address = parseAddress(names[name] ?? '');
  if (address !== null) return Promise.resolve([address]);
  return Promise.reject(Object.assign(new Error(`no such name: ${name}`), { code: 'ENOTFOUND' }));
}
