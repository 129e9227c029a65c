// The joint of the gateway: one request of the application goes to the destination and its answer comes back.
import type { Writable } from 'node:stream';
import { endToEndFields, type Field } from '../http-fields.ts';
import { type Denial, formatProxyStatus, proxyErrors } from '../proxy-status.ts';
import type { RequestHead } from '../request-head.ts';
import { denialOf } from './denied.ts';
import type { AnswerHandlers, Body, Exchange, UpstreamCall } from './exchange.ts';
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

/** Never rejects. */
async function attempt(
  exchange: Exchange,
  head: RequestHead,
  options: ServeOptions,
  mayRepeat: boolean,
): Promise<void> {
  const { body, upgrade } = exchange;
  let call: UpstreamCall | null = null;
  let state: 'waiting' | 'answered' | 'over' = 'waiting';
  /** What has been handed on whole, which nothing may cut any more. */
  const passed = { request: body === null, answer: false };
  exchange.onClose(() => {
    state = 'over';
    if (!passed.request || !passed.answer) call?.cancel(new Error('the application has gone'));
  });
  const fail = (error: Error, unsent: boolean) => {
    if (state !== 'waiting') return;
    state = 'over';
    if (unsent && mayRepeat && body === null) void attempt(exchange, head, options, false);
    else answerDenial(exchange, options.name, denialOf(error));
  };
  const handlers: AnswerHandlers = {
    inform: (status, fields) => {
      if (state === 'waiting') exchange.inform(status, fields);
    },
    answer: (answer, content) => {
      if (state !== 'waiting') return;
      state = 'answered';
      try {
        const sink = exchange.answer(answer, content !== null);
        passed.answer = content === null;
        if (content === null) return;
        const finish = (trailers: readonly Field[]) => {
          passed.answer = true;
          exchange.finish(trailers);
        };
        pass(content, sink, finish, exchange.breakOff, ignore);
      } catch (error) {
        // A status or field that the destination's version carries and the application's does not.
        state = 'waiting';
        fail(asError(error), false);
        call?.cancel(new Error('the answer cannot be passed on'));
      }
    },
    switched: (answer, connection, firstBytes) => {
      if (state !== 'waiting') {
        connection.reset(new Error('the application has gone'));
        return;
      }
      state = 'answered';
      exchange.switchTo(answer, connection, firstBytes);
    },
    failed: fail,
  };
  try {
    const fields = options.rewrite.fields(requestFields(head.fields));
    const sent = await options.upstream.send({ ...head, fields, hasBody: body !== null, upgrade }, handlers);
    call = sent;
    if (wasOver(state)) sent.cancel(new Error('the application has gone'));
    else if (body !== null) {
      const finish = (trailers: readonly Field[]) => {
        passed.request = true;
        sent.finish(options.rewrite.trailers(trailers));
      };
      pass(body, sent.sink, finish, sent.cancel, exchange.refuseRest);
    }
  } catch (error) {
    fail(asError(error), false);
  }
}

/** `Trailer` announces what may be taken away on the way; trailers arrive without it. */
function requestFields(fields: readonly Field[]): Field[] {
  return endToEndFields(fields).filter(([name]) => name.toLowerCase() !== 'trailer');
}

/** TypeScript takes a variable that a callback changes for what it was. */
function wasOver(state: string): boolean {
  return state === 'over';
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
    if (body.isWhole()) finish(body.trailers());
    else cut();
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
