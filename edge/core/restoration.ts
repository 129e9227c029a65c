// What the edge writes before the first byte of a flow, by class, source and the signalling switch.
import { type Address, unspecified } from '../../protocol/address.ts';
import { encodeProxyHeader, type ProxyHeader } from '../../protocol/proxy-v2.ts';
import type { Assurance, RestorationClass } from '../../protocol/restoration.ts';
import type { Endpoint, ProxyFieldChoice } from './edge-policy.ts';

export type FramingInput = {
  readonly class: RestorationClass;
  readonly signaling: 'enabled' | 'disabled';
  readonly source: Address | null;
  readonly assurance: Assurance;
  readonly peer: Endpoint;
  /** What was dialled. */
  readonly upstream: Endpoint;
  /** The host that the device asked for. */
  readonly authority: string;
  /** base64url SHA-256 of the device's certificate. */
  readonly device: string;
  readonly traceparent: string | null;
  readonly fields: ProxyFieldChoice;
};

export type Framing = {
  /** Written before anything else; empty for a plain relay. */
  readonly prefix: Uint8Array;
  /** The address that the destination is told; null where it sees the edge. */
  readonly stated: Address | null;
};

const plain: Framing = { prefix: new Uint8Array(0), stated: null };

/**
 * Signalling off and an unknown source keep the class's framing: a receiver that expects a PROXY header resets the
 * connection without one, so it gets LOCAL, which states nothing. The classes that end HTTP write into each request
 * instead: see forwarding-fields.ts.
 */
export function frame(input: FramingInput): Framing {
  if (input.class === 'forwarded' || input.class === 'adfs') {
    return { ...plain, stated: input.signaling === 'enabled' ? input.source : null };
  }
  if (input.class !== 'proxy-v2') return plain;
  const header = input.signaling === 'enabled' ? stating(input) : null;
  return header === null
    ? { prefix: encodeProxyHeader({ command: 'local' }), stated: null }
    : { prefix: encodeProxyHeader(header), stated: input.source };
}

function stating(input: FramingInput): ProxyHeader | null {
  const { source, peer, upstream } = input;
  if (source === null) return null;
  const addresses = {
    command: 'proxy',
    // The port belongs to the observed connection; an attested address has none.
    source: { address: source, port: source.text === peer.address.text ? peer.port : 0 },
    destination: {
      // A header has one family. The source must be true, so the destination's address gives way.
      address: upstream.address.family === source.family ? upstream.address : unspecified[source.family],
      port: upstream.port,
    },
  } as const;
  if (input.fields === 'checksum') return addresses;
  return {
    ...addresses,
    authority: input.authority,
    ...(input.traceparent === null ? {} : { uniqueId: input.traceparent }),
    assurance: `assurance=${input.assurance}`,
    device: input.device,
  };
}
