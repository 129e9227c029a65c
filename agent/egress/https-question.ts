// One HTTPS request that says where it comes from: outside any proxy and pool, over one address family, bounded.
import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { errorCode, isConnectFault, ProbeFault } from './probe-fault.ts';
import { addressesOf, type ProbeSocket, versionOf } from './probe.ts';
import { hostOfUrl } from '../../protocol/destination.ts';

export type HttpsQuestion = ProbeSocket & {
  /** Must be `https:`. The certificate is checked against its host. */
  readonly url: URL;
  /** Dialled instead of resolving the name, in order. Empty: resolve. */
  readonly addresses: readonly string[];
  readonly accept: string;
  /** Client certificate and trust, where the system's do not do. */
  readonly tls: Pick<RequestOptions, 'key' | 'cert' | 'ca' | 'minVersion'>;
  readonly longestBytes: number;
  /** Judges the head before a byte of the body is read. @throws ProbeFault to leave it unread */
  readonly judge: (head: AnswerHead) => void;
};

export type AnswerHead = {
  readonly status: number;
  /** The empty string where the answer has none. */
  readonly contentType: string;
  /** Where it points to, or null. */
  readonly location: string | null;
};

export type HttpsAnswer = AnswerHead & { readonly body: string };

/**
 * Asks the addresses of the host one after another until one of them answers.
 *
 * @throws ProbeFault, an error of the system, or the abort of `signal`
 */
export async function askHttps(question: HttpsQuestion, signal: AbortSignal): Promise<HttpsAnswer> {
  const addresses = await candidates(question, signal);
  let last: unknown = new ProbeFault(
    'no-route',
    `${hostOfUrl(question.url)} has no ${question.family} address`,
  );
  for (const address of addresses) {
    try {
      return await askAt(address, question, signal);
    } catch (error) {
      // Another address helps against a dead path, never against an answer that was given.
      if (signal.aborted || !isConnectFault(error)) throw error;
      last = error;
    }
  }
  throw last;
}

async function candidates(
  { url, addresses, family }: HttpsQuestion,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (addresses.length > 0) return addresses.filter((address) => isIP(address) === versionOf(family));
  return addressesOf(hostOfUrl(url), family, signal);
}

/** One request over a connection of its own: no shared agent, which might be pooled or point to a proxy. */
function askAt(address: string, question: HttpsQuestion, signal: AbortSignal): Promise<HttpsAnswer> {
  const { url, localAddress } = question;
  const hostname = hostOfUrl(url);
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 });
  const asked = new Promise<HttpsAnswer>((resolve, reject) => {
    const outgoing = request({
      ...question.tls,
      agent,
      signal,
      host: address,
      port: url.port === '' ? 443 : Number(url.port),
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      family: versionOf(question.family),
      ...(localAddress === null ? {} : { localAddress }),
      // RFC 6066 section 3: server names are never addresses.
      servername: isIP(hostname) === 0 ? hostname : '',
      checkServerIdentity: (_, certificate) => checkServerIdentity(hostname, certificate),
      headers: { host: url.host, accept: question.accept },
    });
    let proved = false;
    outgoing.on('socket', (socket) => socket.once('secureConnect', () => (proved = true)));
    outgoing.on('error', (error) =>
      reject(proved && isHangUp(error) ? new ProbeFault('hung-up', error.message) : error),
    );
    outgoing.on('response', (answer) => void read(answer, question).then(resolve, reject));
    outgoing.end();
  });
  return asked.finally(() => agent.destroy());
}

async function read(answer: IncomingMessage, { judge, longestBytes }: HttpsQuestion): Promise<HttpsAnswer> {
  // An answer that is put away half-read ends with an error that nobody waits for.
  answer.on('error', () => undefined);
  const head = {
    status: answer.statusCode ?? 0,
    contentType: answer.headers['content-type'] ?? '',
    location: answer.headers.location ?? null,
  };
  judge(head);
  return { ...head, body: await readBody(answer, longestBytes) };
}

async function readBody(answer: IncomingMessage, longestBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBytes) throw new ProbeFault('unexpected-answer', `longer than ${longestBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Comes only while there is no answer; one that breaks off half-way is another error. */
function isHangUp(error: Error): boolean {
  return errorCode(error) === 'ECONNRESET' || errorCode(error) === 'EPIPE';
}
