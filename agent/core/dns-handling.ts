// What becomes of one message at the responder: answered here, passed on untouched, or dropped.
import type { Address } from '../../protocol/address.ts';
import { readDnsQuestion } from './dns-question.ts';
import {
  addressReply,
  badVersionReply,
  emptyReply,
  formatErrorReply,
  noSuchNameReply,
  serverFailureReply,
} from './dns-reply.ts';

export type DnsHandling =
  | {
      readonly kind: 'reply';
      readonly message: Uint8Array;
      /** The acquired name, where it is about one. */
      readonly acquired: string | null;
    }
  | { readonly kind: 'forward' }
  | { readonly kind: 'drop' };

/** An acquired name: the address that stands for it on this machine, and the rule that wants its flows. */
export type Acquisition = { readonly address: Address; readonly ruleId: string | null };

/** Asked once for each question that could tell a name's address. */
export type Acquire = (name: string) => Acquisition | null;

const types = { a: 1, aaaa: 28, svcb: 64, https: 65, any: 255 } as const;
/** Every type whose answer holds an address, or a hint of one (RFC 9460 section 7.3). */
const addressTypes: ReadonlySet<number> = new Set(Object.values(types));

/** Firefox asks for it before it turns to DNS over HTTPS by itself; NXDOMAIN keeps it with this machine's nameservers. */
const firefoxCanary = 'use-application-dns.net';
/** Where a nameserver names its encrypted twin; forwarders answer that there is none (RFC 9462 section 6.4). */
const discovery = 'resolver.arpa';

export function handleDnsMessage(message: Uint8Array, acquire: Acquire): DnsHandling {
  const reading = readDnsQuestion(message);
  switch (reading.kind) {
    case 'malformed':
      return reading.asked === null ? { kind: 'drop' } : replyWith(formatErrorReply(reading.asked));
    case 'other':
      return { kind: 'forward' };
    case 'question':
      return handleQuestion(reading, acquire);
  }
}

/** The answer where the nameserver gave none; null for what is never answered. */
export function failureOf(message: Uint8Array): Uint8Array | null {
  const { asked } = readDnsQuestion(message);
  return asked === null ? null : serverFailureReply(asked);
}

type Question = Extract<ReturnType<typeof readDnsQuestion>, { readonly kind: 'question' }>;

function handleQuestion({ asked, name, type }: Question, acquire: Acquire): DnsHandling {
  if (!addressTypes.has(type)) return { kind: 'forward' };
  if (name === firefoxCanary) return replyWith(noSuchNameReply(asked, name));
  if (name === discovery || name.endsWith(`.${discovery}`)) return replyWith(emptyReply(asked, name));
  const host = type === types.svcb || type === types.https ? hostOfService(name) : name;
  const acquisition = acquire(host);
  if (acquisition === null) return { kind: 'forward' };
  if (asked.edns !== null && asked.edns.version > 0) return replyWith(badVersionReply(asked), host);
  const message = type === types.a ? addressReply(asked, name, acquisition.address) : emptyReply(asked, name);
  return replyWith(message, host);
}

/** `_8443._https.name` is how HTTPS on another port of `name` is asked for (RFC 9460 section 9.1). */
function hostOfService(name: string): string {
  return name.replace(/^(?:_[^.]*\.)+(?=[^.])/, '');
}

function replyWith(message: Uint8Array, acquired: string | null = null): DnsHandling {
  return { kind: 'reply', message, acquired };
}
