// Asks the witness of one address family which address it sees: outside the tunnel, outside any proxy, as this device.
import { lookup } from 'node:dns/promises';
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { z } from 'zod';
import type { Address, Family } from '../../protocol/address.ts';
import type { EdgeEndpoint } from '../../protocol/device-bundle.ts';
import { witnessPath } from '../../protocol/tunnel.ts';
import type { Clock } from '../clock.ts';
import type { EgressToken } from '../core/consensus.ts';
import { readWitnessToken, type TokenExpectation, type TokenFailure } from './witness-token.ts';

export type WitnessTarget = {
  readonly family: Family;
  readonly endpoint: EdgeEndpoint;
  /** Source address of the socket; null lets the system choose. */
  readonly localAddress: string | null;
  /** PEM: the device's key and certificate, and the authority that signs the witness's certificate. */
  readonly key: string;
  readonly certificate: string;
  readonly authority: string;
  readonly expected: TokenExpectation;
  /** How long one question may take in all, in ms. */
  readonly budgetMs: number;
};

export type WitnessFailure =
  | TokenFailure
  /** This family does not exist here: no route, or no such source address. */
  | 'no-route'
  | 'name-not-found'
  | 'unreachable'
  | 'timeout'
  | 'aborted'
  /** Whoever answered is not the witness: another certificate, or no TLS at all (a captive portal). */
  | 'untrusted'
  | 'device-refused'
  /** The witness proved itself and closed without an answer: so ends a handshake with a certificate it does not accept. */
  | 'hung-up'
  /** The witness sees an address that is neither public nor in a range of the organisation. */
  | 'address-not-allowed'
  | 'unexpected-answer';

export type WitnessAnswer =
  | { readonly kind: 'seen'; readonly address: Address; readonly token: EgressToken }
  | { readonly kind: 'failed'; readonly reason: WitnessFailure; readonly detail: string };

/** Asks once. Never rejects. */
export type ProbeWitness = (signal: AbortSignal) => Promise<WitnessAnswer>;

/** A statement has some 600 bytes; a page of a portal may have megabytes. */
const longestAnswerBytes = 8192;

/** The question to `target`, ready to be asked again and again. */
export function witnessProbe(target: WitnessTarget, clock: Clock): ProbeWitness {
  return async (signal) => {
    const budget = new AbortController();
    const timer = clock.setTimer(() => budget.abort(), target.budgetMs);
    try {
      const jws = await ask(target, AbortSignal.any([signal, budget.signal]));
      const reading = await readWitnessToken(jws, target.expected, clock.now());
      return reading.kind === 'valid' ? { ...reading, kind: 'seen' } : { ...reading, kind: 'failed' };
    } catch (error) {
      if (signal.aborted) return failed('aborted', '');
      if (budget.signal.aborted) return failed('timeout', `no answer within ${target.budgetMs} ms`);
      return error instanceof ProbeFault ? failed(error.reason, error.message) : fromSystem(error);
    } finally {
      timer.cancel();
    }
  };
}

class ProbeFault extends Error {
  readonly reason: WitnessFailure;

  constructor(reason: WitnessFailure, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

async function ask(target: WitnessTarget, signal: AbortSignal): Promise<string> {
  const addresses = await addressesOf(target, signal);
  let last: unknown = new ProbeFault('no-route', `the witness has no ${target.family} address`);
  for (const address of addresses) {
    try {
      return await askAt(address, target, signal);
    } catch (error) {
      // Another address helps against a dead path, never against an answer that was given.
      if (signal.aborted || !isConnectFault(error)) throw error;
      last = error;
    }
  }
  throw last;
}

async function addressesOf(target: WitnessTarget, signal: AbortSignal): Promise<readonly string[]> {
  const version = versionOf(target.family);
  const { hostname } = endpointOf(target);
  const given = isIP(hostname) === 0 ? (target.endpoint.addresses ?? []) : [hostname];
  if (given.length > 0) return given.filter((address) => isIP(address) === version);
  const found = await Promise.race([lookup(hostname, { family: version, all: true }), rejectWhen(signal)]);
  return found.map(({ address }) => address);
}

/** One request over a connection of its own: no shared agent, which might be pooled or point to a proxy. */
function askAt(address: string, target: WitnessTarget, signal: AbortSignal): Promise<string> {
  const { hostname, port } = endpointOf(target);
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 });
  const asked = new Promise<string>((resolve, reject) => {
    const outgoing = request({
      agent,
      signal,
      host: address,
      port,
      path: witnessPath,
      method: 'GET',
      family: versionOf(target.family),
      ...(target.localAddress === null ? {} : { localAddress: target.localAddress }),
      // RFC 6066 section 3: server names are never addresses.
      servername: isIP(hostname) === 0 ? hostname : '',
      checkServerIdentity: (_, certificate) => checkServerIdentity(hostname, certificate),
      minVersion: 'TLSv1.3',
      key: target.key,
      cert: target.certificate,
      ca: target.authority,
      headers: { host: `${formatHostname(hostname)}:${port}`, accept: 'application/jwt' },
    });
    let proved = false;
    outgoing.on('socket', (socket) => socket.once('secureConnect', () => (proved = true)));
    outgoing.on('error', (error) => reject(proved && isHangUp(error) ? hungUp(error) : error));
    outgoing.on('response', (answer) => void readAnswer(answer).then(resolve, reject));
    outgoing.end();
  });
  return asked.finally(() => agent.destroy());
}

async function readAnswer(answer: IncomingMessage): Promise<string> {
  // An answer that is put away half-read ends with an error that nobody waits for.
  answer.on('error', () => undefined);
  const { statusCode = 0 } = answer;
  const type = answer.headers['content-type'] ?? 'no content type';
  if (statusCode === 200 && /^application\/jwt\s*(;|$)/i.test(type)) return (await readBody(answer)).trim();
  if (statusCode === 403) throw refusal(await readBody(answer));
  throw new ProbeFault(
    statusCode === 401 ? 'device-refused' : 'unexpected-answer',
    `the witness answered ${statusCode} with ${type}`,
  );
}

async function readBody(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestAnswerBytes) {
      throw new ProbeFault('unexpected-answer', `longer than ${longestAnswerBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}

const refusalBody = z.object({ error: z.literal('address-not-allowed'), address: z.string().max(45) });

function refusal(body: string): ProbeFault {
  const named = refusalBody.safeParse(parseJson(body));
  return named.success
    ? new ProbeFault('address-not-allowed', named.data.address)
    : new ProbeFault('device-refused', 'the witness answered 403');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Comes only while there is no answer; one that breaks off half-way is another error. */
function isHangUp(error: Error): boolean {
  return codeOf(error) === 'ECONNRESET' || codeOf(error) === 'EPIPE';
}

function hungUp(error: Error): ProbeFault {
  return new ProbeFault('hung-up', `${error.message}; the witness may not accept this device's certificate`);
}

function fromSystem(error: unknown): WitnessAnswer {
  const code = codeOf(error);
  const detail = error instanceof Error ? error.message : String(error);
  if (noRouteCodes.has(code)) return failed('no-route', detail);
  if (code === 'ENOTFOUND' || code === 'ENODATA' || code.startsWith('EAI_')) {
    return failed('name-not-found', detail);
  }
  if (code.startsWith('HPE_')) return failed('unexpected-answer', detail);
  // Alerts of the witness about this device's certificate (RFC 8446 section 6.2).
  if (/ALERT_(CERTIFICATE|BAD_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|UNSUPPORTED_CERTIFICATE)/.test(code)) {
    return failed('device-refused', detail);
  }
  return failed(isTlsFault(code) ? 'untrusted' : 'unreachable', detail);
}

/** OpenSSL's codes of protocol and of certificate verification. */
function isTlsFault(code: string): boolean {
  return (
    code === 'EPROTO' || /^(ERR_SSL|ERR_TLS|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_)/.test(code)
  );
}

const noRouteCodes: ReadonlySet<string> = new Set([
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'ENETDOWN',
]);
const connectFaultCodes: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ETIMEDOUT']);

function isConnectFault(error: unknown): boolean {
  return connectFaultCodes.has(codeOf(error)) || noRouteCodes.has(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function endpointOf({ endpoint }: WitnessTarget): { hostname: string; port: number } {
  const url = new URL(endpoint.url);
  return {
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 443 : Number(url.port),
  };
}

function formatHostname(hostname: string): string {
  return hostname.includes(':') ? `[${hostname}]` : hostname;
}

function versionOf(family: Family): 4 | 6 {
  return family === 'ipv4' ? 4 : 6;
}

function rejectWhen(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}

function failed(reason: WitnessFailure, detail: string): WitnessAnswer {
  return { kind: 'failed', reason, detail };
}
