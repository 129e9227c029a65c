// One mutually authenticated TLS 1.3 connection to an edge.
import { lookup } from 'node:dns/promises';
import net from 'node:net';
import tls from 'node:tls';
import type { EdgeEndpoint } from '../../protocol/device-bundle.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { Clock } from '../clock.ts';
import type { Credentials } from './credentials.ts';
import { hostOfUrl } from '../../protocol/destination.ts';

/** A path that takes longer to set up is taken for dead. */
export const dialTimeoutMs = 5000;

export type DialOptions = {
  readonly endpoint: EdgeEndpoint;
  readonly credentials: Pick<Credentials, 'key' | 'certificate' | 'authority'>;
  readonly localAddress: { readonly ipv4: string | null; readonly ipv6: string | null };
  readonly alpn: readonly ('h2' | 'http/1.1')[];
  readonly clock: Clock;
};

/** `raw` is kept beside `tls` because only it can be reset. */
export type EdgeConnection = {
  readonly tls: tls.TLSSocket;
  readonly raw: net.Socket;
  readonly protocol: 'h2' | 'http/1.1';
};

/**
 * Dials the endpoint's addresses in order until one answers. Rejects with the error of the last one.
 *
 * @param signal gives the attempt up
 */
export async function dialEdge(options: DialOptions, signal?: AbortSignal): Promise<EdgeConnection> {
  const url = new URL(options.endpoint.url);
  const { port } = url;
  const listed = options.endpoint.addresses ?? [];
  const host = hostOfUrl(url);
  const addresses = listed.length > 0 ? listed : await resolve(host);
  let last: unknown = new OpenGsaError('edge-unreachable', 'the name has no address');
  for (const address of addresses) {
    if (signal?.aborted === true) break;
    try {
      return await dialAddress(options, address, port === '' ? 443 : Number(port), host, signal);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

function dialAddress(
  { credentials, localAddress, alpn, clock }: DialOptions,
  address: string,
  port: number,
  host: string,
  signal: AbortSignal | undefined,
): Promise<EdgeConnection> {
  const local = net.isIPv6(address) ? localAddress.ipv6 : localAddress.ipv4;
  return new Promise((resolve, reject) => {
    const raw = net.connect({
      host: address,
      port,
      noDelay: true,
      allowHalfOpen: true,
      ...(local === null ? {} : { localAddress: local }),
    });
    const secure = tls.connect({
      socket: raw,
      key: credentials.key,
      cert: credentials.certificate,
      ca: credentials.authority,
      minVersion: 'TLSv1.3',
      ALPNProtocols: [...alpn],
      ...(net.isIP(host) === 0 ? { servername: host } : {}),
      checkServerIdentity: (_, certificate) => tls.checkServerIdentity(host, certificate),
    });
    const settle = (act: () => void) => {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
      act();
    };
    const fail = (error: Error) =>
      settle(() => {
        raw.destroy();
        reject(error);
      });
    const abort = () => fail(new OpenGsaError('edge-unreachable', 'given up'));
    const timer = clock.setTimer(
      () => fail(new OpenGsaError('timeout', `${address}:${port} did not answer in ${dialTimeoutMs} ms`)),
      dialTimeoutMs,
    );
    signal?.addEventListener('abort', abort);
    raw.on('error', fail);
    secure.on('error', fail);
    secure.once('close', () => fail(new OpenGsaError('edge-unreachable', 'closed during the handshake')));
    secure.once('secureConnect', () => {
      const protocol = secure.alpnProtocol === 'h2' ? 'h2' : 'http/1.1';
      // 'error' keeps its listeners: rejecting a promise twice does nothing, an error without listener ends the process.
      settle(() => resolve({ tls: secure, raw, protocol }));
    });
  });
}

async function resolve(host: string): Promise<string[]> {
  if (net.isIP(host) !== 0) return [host];
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
