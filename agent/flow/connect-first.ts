// Connects to whichever address of a name answers first (Happy Eyeballs, RFC 8305): a dead family costs 250 ms, not a timeout.
import type { Socket } from 'node:net';
import type { Address } from '../../protocol/address.ts';

export type ConnectLimits = {
  /** How long an attempt stays alone before the next one starts beside it (RFC 8305 section 5). */
  readonly staggerMs: number;
  /** For all attempts together. */
  readonly timeoutMs: number;
};

/**
 * Tries `addresses` in turn, families alternating, each attempt beside those still waiting; the first that connects wins
 * and the others are dropped.
 *
 * @param connect starts one attempt
 * @throws the most telling error of the attempts, or one with code `ETIMEDOUT`
 */
export function connectFirst(
  addresses: readonly Address[],
  connect: (address: Address) => Socket,
  limits: ConnectLimits,
): Promise<Socket> {
  const waiting = alternateFamilies(addresses);
  const attempts = new Set<Socket>();
  const errors: NodeJS.ErrnoException[] = [];

  return new Promise<Socket>((resolve, reject) => {
    let settled = false;
    let stagger: NodeJS.Timeout | undefined;
    const deadline = setTimeout(() => fail(timedOut(limits.timeoutMs)), limits.timeoutMs);
    const settle = (winner: Socket | null) => {
      settled = true;
      clearTimeout(deadline);
      clearTimeout(stagger);
      for (const socket of attempts) if (socket !== winner) socket.destroy();
    };
    const fail = (error: Error) => {
      settle(null);
      reject(error);
    };
    const startNext = () => {
      clearTimeout(stagger);
      const address = waiting.shift();
      if (address === undefined) {
        if (attempts.size === 0) fail(mostTelling(errors));
        return;
      }
      const socket = connect(address);
      attempts.add(socket);
      socket.once('connect', () => {
        if (settled) return;
        settle(socket);
        resolve(socket);
      });
      // Stays for the life of the socket: an attempt that was dropped may still fail.
      socket.on('error', (error) => {
        if (settled) return;
        attempts.delete(socket);
        errors.push(error);
        startNext();
      });
      if (waiting.length > 0) stagger = setTimeout(startNext, limits.staggerMs);
    };
    startNext();
  });
}

/** The order that the system gave, with families alternating (RFC 8305 section 4). */
function alternateFamilies(addresses: readonly Address[]): Address[] {
  const first = addresses.filter((address) => address.family === addresses[0]?.family);
  const others = addresses.filter((address) => address.family !== addresses[0]?.family);
  const ordered: Address[] = [];
  for (let i = 0; i < Math.max(first.length, others.length); i++) {
    ordered.push(...first.slice(i, i + 1), ...others.slice(i, i + 1));
  }
  return ordered;
}

/** A machine without a route for one family always has an "unreachable" among its errors; the others say more. */
function mostTelling(errors: readonly NodeJS.ErrnoException[]): Error {
  const telling = errors.find(
    ({ code = '' }) => !['ENETUNREACH', 'EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(code),
  );
  return telling ?? errors[0] ?? new Error('no address to connect to');
}

function timedOut(timeoutMs: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`no connection within ${timeoutMs} ms`), { code: 'ETIMEDOUT' });
}
