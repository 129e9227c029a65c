// What the two HTTP versions have in common once a device's request has been read.
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import type { Endpoint } from '../core/edge-policy.ts';

/** Names in lower case. */
export type Fields = Readonly<Record<string, string>>;

/**
 * Who asks: the certificate it proved to hold, and where the edge sees it: the TCP peer, or whom a listed load balancer
 * names. The unspecified address where a balancer spoke for itself.
 */
export type Caller = {
  /** base64url SHA-256 of the certificate's DER. */
  readonly thumbprint: string;
  readonly peer: Endpoint;
  /** Names the TLS connection in the records. */
  readonly connectionId: string;
};

/** A CONNECT before its answer. Exactly one of `accept` and `refuse` is called, once. */
export type ConnectRequest = Caller & {
  readonly protocol: 'h2' | 'http/1.1';
  readonly authority: string;
  /** Null where the request does not have the field. */
  readonly field: (name: string) => string | null;
  /** Answers 200; from then on the returned end carries the flow. */
  readonly accept: (fields: Fields) => FlowStream;
  readonly refuse: (status: number, fields: Fields) => void;
  /** Aborted when the device gives the flow up. */
  readonly signal: AbortSignal;
};

export type PlainRequest = Caller & {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Of a POST; null where it cannot be had. Others have none. */
  readonly body: string | null;
  readonly signal: AbortSignal;
};

export type PlainAnswer = { readonly status: number; readonly fields: Fields; readonly body: string };

/** What the fronts call. Neither rejects. */
export type Handlers = {
  readonly onConnect: (request: ConnectRequest) => void;
  readonly onPlain: (request: PlainRequest) => Promise<PlainAnswer>;
};
