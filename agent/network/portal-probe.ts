// Asks over plain HTTP whether a captive portal is in the way: outside capture, tunnel and every configured proxy.
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { isIP } from 'node:net';
import type { Family } from '../../protocol/address.ts';
import { portalChallengeField, portalResponseField } from '../../protocol/portal-check.ts';
import type { Clock } from '../clock.ts';
import {
  judgePortalAnswer,
  type PortalAnswer,
  type PortalCheck,
  type PortalVerdict,
} from '../core/portal-answer.ts';
import { hostOfUrl } from '../../protocol/destination.ts';

/** Asks once. Never rejects. */
export type AskForPortal = (signal: AbortSignal) => Promise<PortalVerdict>;

/** How long one question may take in all, in ms: names, connections and the answer's head. */
export const portalBudgetMs = 3000;
/** The head of an answer. The body is not read. */
const longestHeadBytes = 8192;

/** @param localAddress source of the socket per family; null lets the system choose */
export function portalProbe(
  check: PortalCheck,
  localAddress: Readonly<Record<Family, string | null>>,
  clock: Clock,
): AskForPortal {
  return async (signal) => {
    const challenge = randomBytes(16).toString('base64url');
    const budget = new AbortController();
    const timer = clock.setTimer(() => budget.abort(), portalBudgetMs);
    try {
      const answer = await ask(check, challenge, localAddress, AbortSignal.any([signal, budget.signal]));
      return judgePortalAnswer(answer, check, challenge);
    } finally {
      timer.cancel();
    }
  };
}

async function ask(
  check: PortalCheck,
  challenge: string,
  localAddress: Readonly<Record<Family, string | null>>,
  signal: AbortSignal,
): Promise<PortalAnswer> {
  for (const address of await addressesOf(check, signal)) {
    const local = localAddress[isIP(address) === 6 ? 'ipv6' : 'ipv4'];
    const answer = await askAt(address, check, challenge, local, signal);
    if (answer.kind === 'head') return answer;
  }
  return { kind: 'none' };
}

/** Empty where the name has none: without a network, names have no addresses. */
async function addressesOf({ url, addresses }: PortalCheck, signal: AbortSignal): Promise<readonly string[]> {
  const host = hostOfUrl(new URL(url));
  if (isIP(host) !== 0) return [host];
  if (addresses.length > 0) return addresses;
  const found = lookup(host, { all: true }).catch(() => []);
  return (await Promise.race([found, emptyWhen(signal)])).map(({ address }) => address);
}

/** One request over a connection of its own: no shared agent, which might be pooled or point to a proxy. */
function askAt(
  address: string,
  { url }: PortalCheck,
  challenge: string,
  localAddress: string | null,
  signal: AbortSignal,
): Promise<PortalAnswer> {
  const { host, port, pathname, search } = new URL(url);
  const agent = new Agent({ keepAlive: false });
  return new Promise<PortalAnswer>((resolve) => {
    const outgoing = request({
      agent,
      signal,
      host: address,
      port: port === '' ? 80 : Number(port),
      path: `${pathname}${search}`,
      method: 'GET',
      maxHeaderSize: longestHeadBytes,
      ...(localAddress === null ? {} : { localAddress }),
      headers: { host, [portalChallengeField]: challenge, 'cache-control': 'no-store', connection: 'close' },
    });
    outgoing.on('error', () => resolve({ kind: 'none' }));
    outgoing.on('response', (answer) => {
      resolve(headOf(answer));
      // What a portal shows may be long, and is for browsers.
      answer.on('error', () => undefined);
      outgoing.destroy();
    });
    outgoing.end();
  }).finally(() => agent.destroy());
}

function headOf({ statusCode = 0, headers }: IncomingMessage): PortalAnswer {
  const response = headers[portalResponseField];
  return {
    kind: 'head',
    status: statusCode,
    location: headers.location ?? null,
    response: typeof response === 'string' ? response : null,
  };
}

function emptyWhen(signal: AbortSignal): Promise<[]> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve([]);
    signal.addEventListener('abort', () => resolve([]), { once: true });
  });
}
