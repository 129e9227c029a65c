// The joint of the gateway: one request of the application goes to the destination and its answer comes back.
import type { Writable } from 'node:stream';
import { endToEndFields, type Field } from '../http-fields.ts';
import { type Denial, formatProxyStatus, proxyErrors } from '../proxy-status.ts';
import type { RequestHead } from '../request-head.ts';
import { denialOf } from './denied.ts';
import type { AnswerHandlers, AnswerHead, Body, Exchange, UpstreamCall } from './exchange.ts';
import type { Upstream } from './upstream.ts';

/** What becomes of a request's fields, and of its trailers, after those of the connection are gone. */
export type Rewrite = {
  readonly fields: (fields: readonly Field[]) => readonly Field[];
  readonly trailers: (fields: readonly Field[]) => readonly Field[];
};

export type ServeOptions = {
  readonly upstream: Upstream;
  readonly rewrite: Rewrite;
  /** Who answers where the destination cannot: the name in Proxy-Status. */
  readonly name: string;
};

export function serveExchange(exchange: Exchange, options: ServeOptions): void {
  const { reading } = exchange;
  exchange.body?.stream.on('error', ignore);
  if (reading.kind === 'bad') answerDenial(exchange, options.name, reading.denial, reading.status);
  else void attempt(exchange, reading.head, options, true);
}

/** One sending of the request; there is a second one where the first certainly did not arrive. */
type Attempt = {
  readonly exchange: Exchange;
  readonly head: RequestHead;
  readonly options: ServeOptions;
  readonly mayRepeat: boolean;
  state: 'waiting' | 'answered' | 'over';
  call: UpstreamCall | null;
  /** What has been handed on whole, which nothing may cut any more. */
  readonly passed: { request: boolean; answer: boolean };
};

/** Never rejects. */
async function attempt(
  exchange: Exchange,
  head: RequestHead,
  options: ServeOptions,
  mayRepeat: boolean,
): Promise<void> {
  const { body, upgrade } = exchange;
  const passed = { request: body === null, answer: false };
  const run: Attempt = { exchange, head, options, mayRepeat, state: 'waiting', call: null, passed };
  const gone = new Error('the application has gone');
  exchange.onClose(() => {
    run.state = 'over';
    if (!passed.request || !passed.answer) run.call?.cancel(gone);
  });
  try {
    const fields = options.rewrite.fields(requestFields(head.fields));
    const request = { ...head, fields, hasBody: body !== null, upgrade };
    const call = await options.upstream.send(request, handlersOf(run));
    run.call = call;
    if (run.state === 'over') call.cancel(gone);
    else if (body !== null) passRequest(run, body, call);
  } catch (error) {
    fail(run, asError(error), false);
  }
}

function handlersOf(run: Attempt): AnswerHandlers {
  const { exchange } = run;
  return {
    inform: (status, fields) => {
      if (run.state !== 'waiting') return;
      try {
        exchange.inform(status, fields);
      } catch {
        // An interim answer that this version cannot carry may be left out.
      }
    },
    answer: (answer, content) => {
      if (run.state === 'waiting') passAnswer(run, answer, content);
    },
    switched: (answer, connection, firstBytes) => {
      if (run.state !== 'waiting') {
        connection.reset(new Error('the application has gone'));
        return;
      }
      run.state = 'answered';
      exchange.switchTo(answer, connection, firstBytes);
    },
    failed: (error, unsent) => fail(run, error, unsent),
  };
}

function fail(run: Attempt, error: Error, unsent: boolean): void {
  const { exchange, head, options } = run;
  // Once the answer has begun, its content tells how it ended.
  if (run.state !== 'waiting') return;
  run.state = 'over';
  if (unsent && run.mayRepeat && exchange.body === null) void attempt(exchange, head, options, false);
  else answerDenial(exchange, options.name, denialOf(error));
}

function passRequest({ exchange, options, passed }: Attempt, body: Body, call: UpstreamCall): void {
  const finish = (trailers: readonly Field[]) => {
    passed.request = true;
    call.finish(options.rewrite.trailers(endToEndFields(trailers)));
  };
  pass(body, call.sink, finish, call.cancel, exchange.refuseRest);
}

function passAnswer(run: Attempt, answer: AnswerHead, content: Body | null): void {
  const { exchange, passed } = run;
  try {
    const sink = exchange.answer(answer, content !== null);
    run.state = 'answered';
    passed.answer = content === null;
    const finish = (trailers: readonly Field[]) => {
      passed.answer = true;
      exchange.finish(endToEndFields(trailers));
    };
    if (content !== null) pass(content, sink, finish, exchange.breakOff, ignore);
  } catch (error) {
    // A status or field that the destination's version carries and the application's does not.
    fail(run, asError(error), false);
    run.call?.cancel(new Error('the answer cannot be passed on'));
  }
}

/** `Trailer` announces what may be taken away on the way; trailers arrive without it. */
function requestFields(fields: readonly Field[]): Field[] {
  return endToEndFields(fields).filter(([name]) => name.toLowerCase() !== 'trailer');
}

/** Copies content with back-pressure; what breaks off on one side is broken off on the other. */
function pass(
  body: Body,
  sink: Writable,
  finish: (trailers: readonly Field[]) => void,
  breakOff: (reason: Error) => void,
  refuseRest: () => void,
): void {
  const { stream } = body;
  const cut = () => breakOff(new Error('the content broke off'));
  sink.on('error', ignore);
  // Nobody takes the rest: what still comes is read away, so that the connection stays usable.
  sink.once('close', () => {
    stream.unpipe(sink);
    stream.resume();
    if (!stream.readableEnded) refuseRest();
  });
  stream.on('error', ignore);
  stream.once('end', () => {
    if (!body.isWhole()) {
      cut();
      return;
    }
    try {
      finish(body.trailers());
    } catch (error) {
      // Trailers that one version carries and the other does not.
      breakOff(asError(error));
    }
  });
  stream.once('close', () => {
    if (!stream.readableEnded) cut();
  });
  stream.pipe(sink, { end: false });
}

function answerDenial(
  exchange: Exchange,
  name: string,
  denial: Denial,
  status: number = proxyErrors[denial.error],
): void {
  const text = `${name}: ${denial.error}: ${denial.reason}\n`;
  const fields: Field[] = [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(Buffer.byteLength(text))],
    ['Cache-Control', 'no-store'],
    ['Proxy-Status', formatProxyStatus(name, denial)],
  ];
  try {
    const { reading } = exchange;
    const hasBody = reading.kind === 'bad' || reading.head.method !== 'HEAD';
    const sink = exchange.answer({ status, statusText: '', fields }, hasBody);
    if (!hasBody) return;
    sink.write(text);
    exchange.finish([]);
  } catch (error) {
    exchange.breakOff(asError(error));
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function ignore(): void {
  return;
}
