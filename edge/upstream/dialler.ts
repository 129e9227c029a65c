// Connects to one of the addresses that the address policy let pass; it knows no names.
import { connect, type Socket } from 'node:net';
import type { Family } from '../../protocol/address.ts';
import type { Denial } from '../../protocol/proxy-status.ts';
import type { EgressAddresses, Endpoint } from '../core/edge-policy.ts';
import type { EgressPorts } from './egress-ports.ts';

export type DialRequest = {
  /** In the order of preference; both families mixed is fine. */
  readonly endpoints: readonly Endpoint[];
  readonly egress: EgressAddresses;
  readonly signal: AbortSignal;
};

export type Dialled =
  | { readonly kind: 'connected'; readonly socket: Socket; readonly endpoint: Endpoint }
  | { readonly kind: 'failed'; readonly denial: Denial }
  | { readonly kind: 'aborted' };

/** Never rejects. */
export type Dial = (request: DialRequest) => Promise<Dialled>;

/** RFC 8305 section 5: how long one attempt has the field to itself. */
const attemptDelayMs = 250;
const attemptTimeoutMs = 10_000;
/** A run of taken ports this long means something else than bad luck. */
const maxPortTries = 64;

export function createDialler({ ports }: { readonly ports: EgressPorts }): Dial {
  return ({ endpoints, egress, signal }) =>
    new Promise((resolve) => {
      const waiting = interleave(endpoints);
      const attempts = new Set<{ readonly cancel: () => void }>();
      let timer: NodeJS.Timeout | undefined;
      let lastDenial: Denial = { error: 'destination_unavailable', reason: 'no-usable-address' };

      const finish = (result: Dialled) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        for (const attempt of attempts) attempt.cancel();
        attempts.clear();
        resolve(result);
      };
      const abort = () => finish({ kind: 'aborted' });
      const startNext = () => {
        clearTimeout(timer);
        const endpoint = waiting.shift();
        if (endpoint === undefined) {
          if (attempts.size === 0) finish({ kind: 'failed', denial: lastDenial });
          return;
        }
        const attempt = startAttempt(endpoint, egress[endpoint.address.family], ports, (outcome) => {
          attempts.delete(attempt);
          if (outcome.kind === 'connected') {
            finish({ kind: 'connected', socket: outcome.socket, endpoint });
            return;
          }
          lastDenial = outcome.denial;
          startNext();
        });
        attempts.add(attempt);
        timer = setTimeout(startNext, attemptDelayMs);
      };

      if (signal.aborted) {
        resolve({ kind: 'aborted' });
        return;
      }
      signal.addEventListener('abort', abort);
      startNext();
    });
}

type Outcome =
  | { readonly kind: 'connected'; readonly socket: Socket }
  | { readonly kind: 'failed'; readonly denial: Denial };

/** One address, with as many local ports as it takes. `done` is called once, never after `cancel`. */
function startAttempt(
  endpoint: Endpoint,
  localAddress: string | null,
  ports: EgressPorts,
  done: (outcome: Outcome) => void,
): { readonly cancel: () => void } {
  let socket: Socket | undefined;
  let finished = false;
  const finish = (outcome: Outcome) => {
    if (finished) return;
    finished = true;
    clearTimeout(timer);
    done(outcome);
  };
  const timer = setTimeout(() => {
    socket?.destroy();
    finish({ kind: 'failed', denial: { error: 'connection_timeout', reason: 'connect-timed-out' } });
  }, attemptTimeoutMs);

  const tryPort = (triesLeft: number) => {
    const attempted = connect({
      host: endpoint.address.text,
      port: endpoint.port,
      allowHalfOpen: true,
      noDelay: true,
      // Unbound where nothing is configured: the route then gives the address, and ports are plentiful.
      ...(localAddress === null ? {} : { localAddress, localPort: ports.next() }),
    });
    socket = attempted;
    attempted.on('error', (error: NodeJS.ErrnoException) => {
      if (finished || socket !== attempted) return;
      const taken = error.code === 'EADDRINUSE' || error.code === 'EADDRNOTAVAIL';
      if (taken && localAddress !== null && triesLeft > 0) tryPort(triesLeft - 1);
      else finish({ kind: 'failed', denial: denialOf(error) });
    });
    attempted.once('connect', () => {
      if (!finished) finish({ kind: 'connected', socket: attempted });
    });
  };
  tryPort(maxPortTries);

  return {
    cancel: () => {
      finished = true;
      clearTimeout(timer);
      socket?.destroy();
    },
  };
}

function denialOf({ code }: NodeJS.ErrnoException): Denial {
  switch (code) {
    case 'ECONNREFUSED':
      return { error: 'connection_refused', reason: 'connect-refused' };
    case 'ECONNRESET':
      return { error: 'connection_terminated', reason: 'connect-reset' };
    case 'ETIMEDOUT':
      return { error: 'connection_timeout', reason: 'connect-timed-out' };
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
    case 'ENETDOWN':
    case 'EHOSTDOWN':
      return { error: 'destination_ip_unroutable', reason: 'no-route' };
    case 'EADDRINUSE':
    case 'EADDRNOTAVAIL':
      return { error: 'proxy_configuration_error', reason: 'egress-address-unavailable' };
    case 'EMFILE':
    case 'ENFILE':
      return { error: 'connection_limit_reached', reason: 'edge-out-of-sockets' };
    default:
      return { error: 'destination_unavailable', reason: 'connect-failed' };
  }
}

/** RFC 8305 section 4: the families take turns, beginning with the first one given. */
function interleave(endpoints: readonly Endpoint[]): Endpoint[] {
  const first: Family | undefined = endpoints[0]?.address.family;
  const preferred = endpoints.filter(({ address }) => address.family === first);
  const others = endpoints.filter(({ address }) => address.family !== first);
  return preferred
    .flatMap((endpoint, i) => {
      const other = others[i];
      return other === undefined ? [endpoint] : [endpoint, other];
    })
    .concat(others.slice(preferred.length));
}
