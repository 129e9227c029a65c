// One exchange with an enrolment listener: a question and a bounded answer over HTTPS, or why there is none.
import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { checkServerIdentity, type DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { hostOfUrl } from '../../protocol/destination.ts';
import type { EdgeEndpoint } from '../../protocol/device-bundle.ts';
import { enrollmentMaxBytes } from '../../protocol/enrollment.ts';
import { OpenGsaError } from '../../protocol/error.ts';

/** For the whole exchange, in ms: the edge makes a certificate meanwhile. */
const patienceMs = 15_000;

export type Question = {
  readonly path: string;
  /** JSON, sent by POST; null: a GET. */
  readonly body: object | null;
  /** The only authority that is trusted, PEM; null: nobody is, and nothing but the question itself may be sent. */
  readonly authority: string | null;
  readonly giveUp?: AbortSignal;
};

export type Answer = {
  readonly status: number;
  readonly body: string;
  /** The peer's clock, by its Date header, in ms; null where it has none. */
  readonly peerTime: number | null;
  /** What the peer showed: its certificate, then who issued it, DER. */
  readonly chain: readonly Buffer[];
};

/**
 * Dials the endpoint's addresses in order until one answers.
 *
 * @throws the error of TLS (its `code` says what is wrong with the certificate) or of the last address
 */
export async function exchange(endpoint: EdgeEndpoint, question: Question): Promise<Answer> {
  const host = hostOfUrl(new URL(endpoint.url));
  const listed = endpoint.addresses ?? [];
  const addresses = listed.length > 0 ? listed : await resolve(host);
  let last: unknown = new OpenGsaError('edge-unreachable', 'the name has no address');
  for (const address of addresses) {
    try {
      return await exchangeAt(address, host, endpoint.url, question);
    } catch (error) {
      last = error;
      // It answered: another address would say the same.
      if (!isUnreachable(error)) break;
    }
  }
  throw last;
}

function isUnreachable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL)$/.test(code);
}

function exchangeAt(address: string, host: string, url: string, question: Question): Promise<Answer> {
  const { path, body, authority, giveUp } = question;
  const late = AbortSignal.timeout(patienceMs);
  const { port, host: named } = new URL(url);
  const text = body === null ? null : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      host: address,
      port: port === '' ? 443 : Number(port),
      path,
      method: text === null ? 'GET' : 'POST',
      agent: false,
      minVersion: 'TLSv1.3',
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(authority === null
        ? { rejectUnauthorized: false }
        : { ca: authority, checkServerIdentity: (_: string, shown) => checkServerIdentity(host, shown) }),
      headers: {
        host: named,
        ...(text === null
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
      signal: giveUp === undefined ? late : AbortSignal.any([late, giveUp]),
    });
    request.on('error', (error) =>
      reject(error.name === 'TimeoutError' ? new OpenGsaError('timeout', 'no answer in time') : error),
    );
    request.on('response', (response) => {
      const chain = response.socket instanceof TLSSocket ? chainOf(response.socket) : [];
      readBody(response).then(
        (read) =>
          resolve({ status: response.statusCode ?? 0, body: read, peerTime: timeOf(response), chain }),
        (error: unknown) => {
          request.destroy();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
    request.end(text ?? undefined);
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > enrollmentMaxBytes) throw new OpenGsaError('bad-message', 'the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function timeOf({ headers }: IncomingMessage): number | null {
  const time = Date.parse(headers.date ?? '');
  return Number.isNaN(time) ? null : time;
}

/** A root names itself as its issuer; longer chains than this are nobody's here. */
const longestChain = 4;

function chainOf(socket: TLSSocket): Buffer[] {
  const chain: Buffer[] = [];
  // Without a certificate Node gives an object without fields.
  let shown: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true);
  while (shown?.raw !== undefined && chain.length < longestChain) {
    chain.push(shown.raw);
    shown = shown.issuerCertificate === shown ? undefined : shown.issuerCertificate;
  }
  return chain;
}

async function resolve(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
