// The replies that the agent makes itself: short, with the question as it came and nothing that could be learnt elsewhere.
import packet from 'dns-packet';
import type { Address } from '../../protocol/address.ts';
import { type DnsAsked, dnsHeaderBytes } from './dns-question.ts';

/** How long a program may keep an answer, in s: short, because it follows rules and modes that a person switches. */
export const replyTtlS = 10;

/** RFC 1035 section 4.1.1. */
const rcodes = { noError: 0, formErr: 1, servFail: 2, nxDomain: 3 } as const;
/** RFC 6891 section 9: 16, of which the header has the low four bits and OPT the rest. */
const extendedBadVers = 1;
const recursionAvailable = 0x0080;
/** Of the question's flags: its opcode, RD and CD. */
const kept = 0x7800 | 0x0100 | 0x0010;
/** DNS flag day 2020: what goes through everywhere without fragments. */
const udpPayload = 1232;

/** The name's address, for an A question. */
export function addressReply(asked: DnsAsked, name: string, { text }: Address): Uint8Array {
  const answer = { type: 'A', class: 'IN', name, ttl: replyTtlS, data: text } as const;
  return reply(asked, rcodes.noError, { answers: [answer] });
}

/** The name exists and has no such record (RFC 2308 section 2.2). */
export function emptyReply(asked: DnsAsked, name: string): Uint8Array {
  return reply(asked, rcodes.noError, { authorities: [authority(name)] });
}

/** There is no such name (RFC 2308 section 2.1). */
export function noSuchNameReply(asked: DnsAsked, name: string): Uint8Array {
  return reply(asked, rcodes.nxDomain, { authorities: [authority(name)] });
}

export function formatErrorReply(asked: DnsAsked): Uint8Array {
  return reply(asked, rcodes.formErr, {});
}

/** The nameserver could not be asked, so that the program may ask its next one. */
export function serverFailureReply(asked: DnsAsked): Uint8Array {
  return reply(asked, rcodes.servFail, {});
}

/** The question speaks a later EDNS; it comes again with ours (RFC 6891 section 6.1.3). */
export function badVersionReply(asked: DnsAsked): Uint8Array {
  return reply(asked, rcodes.noError, {}, extendedBadVers);
}

type Records = Pick<packet.Packet, 'answers' | 'authorities'>;

function reply(asked: DnsAsked, rcode: number, records: Records, extendedRcode = 0): Uint8Array {
  const message = packet.encode({
    type: 'response',
    id: asked.id,
    flags: (asked.flags & kept) | recursionAvailable | rcode,
    ...records,
    additionals: asked.edns === null ? [] : [opt(extendedRcode, asked.edns.dnssecOk)],
  });
  if (asked.echo.length === 0) return message;
  // The library would write the question anew; whoever mixes the case of its letters wants its own bytes back.
  // No record points into the message, so that the rest may move.
  message.writeUInt16BE(1, 4);
  return Buffer.concat([message.subarray(0, dnsHeaderBytes), asked.echo, message.subarray(dnsHeaderBytes)]);
}

function opt(extendedRcode: number, dnssecOk: boolean): packet.OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: udpPayload,
    extendedRcode,
    ednsVersion: 0,
    flags: dnssecOk ? packet.DNSSEC_OK : 0,
    flag_do: dnssecOk,
    options: [],
  };
}

/**
 * Says how long the absence may be remembered; a stub resolver looks at nothing else in it. The names are short, so that
 * the reply to a long name fits the 512 bytes of a question without EDNS.
 */
function authority(name: string): packet.SoaAnswer {
  const zone = name.split('.').slice(-2).join('.');
  const data = {
    mname: '.',
    rname: 'nobody.invalid',
    serial: 1,
    refresh: 3600,
    retry: 600,
    expire: 86_400,
    minimum: replyTtlS,
  };
  return { type: 'SOA', class: 'IN', name: zone, ttl: replyTtlS, data };
}
