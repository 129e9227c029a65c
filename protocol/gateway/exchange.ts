// One request and its answer as both HTTP versions offer them, towards the application and towards the destination.
import type { Readable, Writable } from 'node:stream';
import type { Field } from '../http-fields.ts';
import type { FlowStream } from '../relay/flow-stream.ts';
import type { HeadReading, RequestHead } from '../request-head.ts';

/** A message's content as it arrives. */
export type Body = {
  readonly stream: Readable;
  /** Meaningful from 'end' on: whether that was the end of the content, and not a break. */
  readonly isWhole: () => boolean;
  /** Complete from 'end' on. */
  readonly trailers: () => readonly Field[];
};

export type AnswerHead = {
  readonly status: number;
  /** The reason phrase of HTTP/1.1; empty from HTTP/2. */
  readonly statusText: string;
  readonly fields: readonly Field[];
};

/** A request of the application, to be answered once. */
export type Exchange = {
  readonly reading: HeadReading;
  /** Null where the request has none. */
  readonly body: Body | null;
  /** The protocol to change to (RFC 9110 section 7.8); null where none is asked for. */
  readonly upgrade: string | null;
  /** Passes an interim answer (1xx) on, where the application's version can carry it. */
  readonly inform: (status: number, fields: readonly Field[]) => void;
  /**
   * Begins the answer. Its content goes into the returned stream, and `finish` ends it; without a body it is whole.
   *
   * @throws Error for a head that this version cannot carry
   */
  readonly answer: (head: AnswerHead, hasBody: boolean) => Writable;
  readonly finish: (trailers: readonly Field[]) => void;
  /** Ends the answer so that it cannot look complete. */
  readonly breakOff: (reason: Error) => void;
  /** The destination takes no more of the request: nothing waits for what still comes. */
  readonly refuseRest: () => void;
  /** Answers 101; from then on both connections are one flow of bytes. */
  readonly switchTo: (head: AnswerHead, connection: FlowStream, firstBytes: Buffer) => void;
  /** Called once, when the application has gone, or both the answer and the whole request have passed. */
  readonly onClose: (listener: () => void) => void;
};

export type UpstreamRequest = RequestHead & {
  readonly hasBody: boolean;
  readonly upgrade: string | null;
};

export type AnswerHandlers = {
  readonly inform: (status: number, fields: readonly Field[]) => void;
  readonly answer: (head: AnswerHead, body: Body | null) => void;
  readonly switched: (head: AnswerHead, connection: FlowStream, firstBytes: Buffer) => void;
  /** @param unsent a kept connection ended before it took the request: it may be sent again */
  readonly failed: (error: Error, unsent: boolean) => void;
};

/** A request under way to the destination. */
export type UpstreamCall = {
  readonly sink: Writable;
  /** Ends the request's content. */
  readonly finish: (trailers: readonly Field[]) => void;
  /** Gives up what is not finished, so that it cannot look complete. Safe to call at any time. */
  readonly cancel: (reason: Error) => void;
};

/** @throws Error for a request that this version cannot carry */
export type SendRequest = (request: UpstreamRequest, handlers: AnswerHandlers) => UpstreamCall;
