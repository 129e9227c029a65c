// What agent and edge agree on inside the tunnel: field names, paths and limits.

/** Request and answer fields of a CONNECT (RFC 9651 structured fields, names of our own on purpose:
 * intermediaries rewrite Forwarded and X-Forwarded-For). */
export const tunnelFields = {
  /** List of strings, one JWS per address family; only on flows that authenticate or whose class restores. */
  attestation: 'egress-attestation',
  /** The session of the person whose flow it is, where one is signed in. */
  person: 'opengsa-person',
  /** W3C Trace Context: one identifier through agent, edge and the PROXY header's UNIQUE_ID. */
  trace: 'traceparent',
  /** Answer, refusals included: the address at which the edge saw the device, with its assurance. */
  observed: 'egress-observed',
  /** Answer: the reason of a refusal (RFC 9209). */
  proxyStatus: 'proxy-status',
} as const;

export const viewPath = '/.well-known/opengsa/view';
/** Asked outside the tunnel, per family. */
export const witnessPath = '/.well-known/egress';

/** RFC 9113 settings of both ends. Large frames spare system calls; the stream window bounds what a stalled flow holds. */
export const http2Limits = {
  maxFrameSize: 1024 * 1024,
  streamWindow: 1024 * 1024,
  sessionWindow: 32 * 1024 * 1024,
  maxHeaderListSize: 16 * 1024,
} as const;

/** ALPN protocols in the order of preference. */
export const tunnelAlpn = ['h2', 'http/1.1'] as const;
