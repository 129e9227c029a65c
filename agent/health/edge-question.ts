// Goes the way of the tunnel once, step by step, to say where it ends: name, connection, handshake, clock.
import { lookup } from 'node:dns/promises';
import { request } from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { formatDestination, hostOfUrl, parseHost } from '../../protocol/destination.ts';
import type { EdgeEndpoint } from '../../protocol/device-bundle.ts';
import { explain } from '../../protocol/error.ts';
import { witnessPath } from '../../protocol/tunnel.ts';
import type { Clock } from '../clock.ts';
import type { EdgeFacts, PathFault } from '../core/health-facts.ts';

export type EdgeQuestion = {
  readonly endpoint: EdgeEndpoint;
  /** PEM: the device's key and certificate, and the authority of the edges. */
  readonly key: string;
  readonly certificate: string;
  readonly authority: string;
  readonly localAddress: { readonly ipv4: string | null; readonly ipv6: string | null };
};

/** Per step; a path that takes longer serves nobody. */
const stepMs = 2_500;

/** Never rejects. */
export async function askEdge(question: EdgeQuestion, clock: Clock): Promise<EdgeFacts> {
  const url = new URL(question.endpoint.url);
  const host = hostOfUrl(url);
  const port = url.port === '' ? 443 : Number(url.port);
  const edge = shown(host, port);
  const name = await addressesOf(host, question.endpoint.addresses ?? []);
  if (name.kind === 'fault')
    return {
      edge,
      name,
      path: { kind: 'fault', step: 'connect', fault: 'its name has no address' },
      aheadMs: null,
    };
  const began = clock.monotonic();
  const opened = await firstOf(name.addresses, (address) => open(question, address, port, host));
  if ('fault' in opened) return { edge, name, path: opened, aheadMs: null };
  const ms = clock.monotonic() - began;
  const protocol = opened.socket.getProtocol() ?? 'TLS';
  try {
    const aheadMs = await clockDifference(opened.socket, url.host, clock);
    return { edge, name, path: { kind: 'reached', ms, protocol }, aheadMs };
  } finally {
    opened.socket.destroy();
  }
}

async function addressesOf(host: string, listed: readonly string[]): Promise<EdgeFacts['name']> {
  if (listed.length > 0) return { kind: 'listed', addresses: listed };
  if (net.isIP(host) !== 0) return { kind: 'listed', addresses: [host] };
  try {
    const late = AbortSignal.timeout(stepMs);
    const found = await Promise.race([
      lookup(host, { all: true }),
      new Promise<never>((_, reject) =>
        late.addEventListener('abort', () => reject(new Error(`no answer within ${stepMs} ms`))),
      ),
    ]);
    return { kind: 'resolved', addresses: found.map(({ address }) => address) };
  } catch (error) {
    return { kind: 'fault', fault: explain(error) };
  }
}

type Opened = { readonly socket: tls.TLSSocket } | PathFault;

/** One after another, as the tunnel does; two at most, so that the answer comes in time. */
async function firstOf(
  addresses: readonly string[],
  ask: (address: string) => Promise<Opened>,
): Promise<Opened> {
  let last: Opened = { kind: 'fault', step: 'connect', fault: 'it has no address' };
  for (const address of addresses.slice(0, 2)) {
    last = await ask(address);
    if ('socket' in last) return last;
  }
  return last;
}

function open(
  { key, certificate, authority, localAddress }: EdgeQuestion,
  address: string,
  port: number,
  host: string,
): Promise<Opened> {
  const local = net.isIPv6(address) ? localAddress.ipv6 : localAddress.ipv4;
  const raw = net.connect({ host: address, port, ...(local === null ? {} : { localAddress: local }) });
  const socket = tls.connect({
    ...{ socket: raw, key, cert: certificate, ca: authority, minVersion: 'TLSv1.3' as const },
    ALPNProtocols: ['http/1.1'],
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
    checkServerIdentity: (_, peer) => tls.checkServerIdentity(host, peer),
  });
  let connected = false;
  return new Promise((resolve) => {
    const at = shown(address, port);
    const fail = (fault: string): void => {
      clearTimeout(timer);
      raw.destroy();
      const step = connected ? 'handshake' : 'connect';
      resolve({ kind: 'fault', step, fault: fault.includes(address) ? fault : `${at}: ${fault}` });
    };
    const timer = setTimeout(() => fail(`no answer within ${stepMs} ms`), stepMs);
    raw.once('connect', () => (connected = true));
    // They stay: an edge that ends the connection later is no fault of this question.
    raw.on('error', (error: Error) => fail(error.message));
    socket.on('error', (error: Error) => fail(error.message));
    socket.once('close', () => fail('closed during the handshake'));
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      resolve({ socket });
    });
  });
}

/** By the Date of an answer, whatever it answers; null where there is none: a device that is refused hears nothing. */
function clockDifference(socket: tls.TLSSocket, host: string, clock: Clock): Promise<number | null> {
  return new Promise((resolve) => {
    const asked = request({
      ...{ method: 'GET', path: witnessPath, headers: { host, connection: 'close' } },
      createConnection: () => socket,
    });
    // The request's own timeout counts only for connections that it makes itself.
    const timer = clock.setTimer(() => asked.destroy(new Error('no answer')), stepMs);
    asked.on('response', (answer) => {
      answer.resume();
      const told = Date.parse(answer.headers.date ?? '');
      // The edge's second began up to a second ago.
      resolve(Number.isNaN(told) ? null : clock.now() - told - 500);
    });
    asked.on('error', () => resolve(null));
    asked.on('close', () => timer.cancel());
    asked.end();
  });
}

function shown(host: string, port: number): string {
  const parsed = parseHost(host);
  return parsed === null ? `${host}:${port}` : formatDestination({ host: parsed, port });
}
