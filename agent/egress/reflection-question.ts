// Asks a reflection service which address it sees, over a flow that goes the way of an application's.
import { request, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isIP } from 'node:net';
import { connect as connectTls, getCACertificates } from 'node:tls';
import type { Address } from '../../protocol/address.ts';
import { explain } from '../../protocol/error.ts';
import type { Verification } from '../../protocol/seen-as.ts';
import type { Clock } from '../clock.ts';
import { type EchoFault, longestEchoAnswer, readEchoAnswer } from '../core/echo-answer.ts';
import { errorCode, isTlsFault } from './probe-fault.ts';
import { hostOfUrl } from '../../protocol/destination.ts';

export type ReflectionQuestion = {
  /** `https:`; its host's certificate is checked. */
  readonly url: URL;
  /** PEM of the authorities that may sign it; null: the system's. */
  readonly ca: string | null;
  /** Opens the flow, once. @throws ReflectionFault where it is refused */
  readonly open: () => Promise<Duplex>;
  /** For everything, in ms. */
  readonly budgetMs: number;
};

export type ReflectionReason = Extract<Verification, { kind: 'not-verified' }>['reason'];

export type ReflectionAnswer =
  | { readonly kind: 'heard'; readonly address: Address }
  | { readonly kind: 'failed'; readonly reason: ReflectionReason; readonly detail: string };

/** A named fault of one question. */
export class ReflectionFault extends Error {
  override readonly name = 'ReflectionFault';
  readonly reason: ReflectionReason;

  constructor(reason: ReflectionReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** An answer has a line; more headers than this are no service's. */
const longestHeaderBytes = 8192;

/** Asks once. Never rejects; the flow has ended when it resolves. */
export async function askReflection(question: ReflectionQuestion, clock: Clock): Promise<ReflectionAnswer> {
  const late = Promise.withResolvers<never>();
  // Where the answer comes first, nobody waits for this one any more.
  late.promise.catch(() => undefined);
  const timer = clock.setTimer(
    () => late.reject(new ReflectionFault('timeout', `no answer within ${question.budgetMs / 1000} s`)),
    question.budgetMs,
  );
  const opening = question.open();
  try {
    const flow = await Promise.race([opening, late.promise]);
    const body = await Promise.race([ask(flow, question), late.promise]);
    return read(body);
  } catch (error) {
    return failed(error);
  } finally {
    timer.cancel();
    // One that opens after its time is of no use to anybody.
    void opening.then((flow) => flow.destroy()).catch(() => undefined);
  }
}

async function ask(flow: Duplex, { url, ca }: ReflectionQuestion): Promise<string> {
  const hostname = hostOfUrl(url);
  const tls = connectTls({
    socket: flow,
    ca: ca ?? getCACertificates('system'),
    // RFC 6066 section 3: server names are never addresses; the certificate is then checked against `host`.
    host: hostname,
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
  });
  const fault = Promise.withResolvers<never>();
  // The reason of a refusal is the flow's; TLS knows only that its connection has gone.
  flow.on('error', (error) => fault.reject(error));
  tls.on('error', (error) => setImmediate(() => fault.reject(error)));
  try {
    return await Promise.race([exchange(tls, url), fault.promise]);
  } finally {
    fault.promise.catch(() => undefined);
    tls.destroy();
  }
}

async function exchange(connection: Duplex, url: URL): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request({
    createConnection: () => connection,
    method: 'GET',
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, accept: 'application/json, text/plain', connection: 'close' },
    maxHeaderSize: longestHeaderBytes,
  });
  outgoing.on('response', resolve);
  outgoing.on('error', (error) => setImmediate(() => reject(error)));
  outgoing.end();
  const answer = await promise;
  // An answer that is put away half-read ends with an error that nobody waits for.
  answer.on('error', () => undefined);
  const { statusCode = 0 } = answer;
  if (statusCode !== 200)
    throw new ReflectionFault('unexpected-answer', `${url.host} answered ${statusCode}`);
  return readBody(answer);
}

async function readBody(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > longestEchoAnswer) {
      throw new ReflectionFault('unexpected-answer', echoFaults['too-long']);
    }
  }
  return text;
}

function read(body: string): ReflectionAnswer {
  const reading = readEchoAnswer(body);
  return reading.kind === 'address'
    ? { kind: 'heard', address: reading.address }
    : { kind: 'failed', reason: 'unexpected-answer', detail: echoFaults[reading.reason] };
}

const echoFaults: Readonly<Record<EchoFault, string>> = {
  empty: 'the answer is empty',
  'too-long': `the answer is longer than ${longestEchoAnswer} bytes`,
  page: 'the answer is a web page',
  'several-addresses': 'the answer names several addresses',
  'no-address': 'the answer names no address',
};

function failed(error: unknown): ReflectionAnswer {
  if (error instanceof ReflectionFault)
    return { kind: 'failed', reason: error.reason, detail: error.message };
  const code = errorCode(error);
  if (code.startsWith('HPE_'))
    return { kind: 'failed', reason: 'unexpected-answer', detail: 'no HTTP answer' };
  return { kind: 'failed', reason: isTlsFault(code) ? 'untrusted' : 'unreachable', detail: explain(error) };
}
