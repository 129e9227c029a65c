// Reads what a program asks of its nameserver (RFC 1035, RFC 6891): in one pass, following no pointer, never throwing.
import { parseHost } from '../../protocol/destination.ts';

/** What a reply takes over from the message that it answers. */
export type DnsAsked = {
  readonly id: number;
  /** The second 16 bits of the header: opcode, RD, CD and the rest. */
  readonly flags: number;
  /** The question section byte for byte, so that the case of its letters (0x20) comes back; empty where it is unreadable. */
  readonly echo: Uint8Array;
  readonly edns: Edns | null;
};

/** The OPT record of the message (RFC 6891 section 6.1.3). */
export type Edns = { readonly version: number; readonly dnssecOk: boolean };

export type DnsQuestionReading =
  /** One question of class IN about something that can be a host's name. */
  | { readonly kind: 'question'; readonly asked: DnsAsked; readonly name: string; readonly type: number }
  /** Another opcode, class or kind of name: the nameserver's business alone. */
  | { readonly kind: 'other'; readonly asked: DnsAsked }
  /** `asked` is null where nothing can be answered: too short for a header, or itself an answer. */
  | { readonly kind: 'malformed'; readonly asked: DnsAsked | null; readonly detail: string };

export const dnsHeaderBytes = 12;
/** A question with every option in use stays below; one that is longer wants our time, not an answer. */
export const longestDnsQuestion = 4096;

const longestName = 255;
const optType = 41;
const classIn = 1;
/** QCLASS ANY takes IN along, so it must not be a way around. */
const classAny = 255;
const nothing = new Uint8Array(0);

export function readDnsQuestion(message: Uint8Array): DnsQuestionReading {
  if (message.length < dnsHeaderBytes) return malformed(null, `${message.length} bytes are no DNS message`);
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const flags = view.getUint16(2);
  const header = { id: view.getUint16(0), flags, echo: nothing, edns: null };
  // Answering an answer would begin a dialogue of two servers that never ends.
  if ((flags & 0x8000) !== 0) return malformed(null, 'it is an answer');
  const opcode = (flags >> 11) & 0x0f;
  if (opcode !== 0) return { kind: 'other', asked: header };
  if (message.length > longestDnsQuestion)
    return malformed(header, `longer than ${longestDnsQuestion} bytes`);
  const questions = view.getUint16(4);
  if (questions === 0) return { kind: 'other', asked: header };
  // RFC 9619: more than one has no meaning, and FORMERR is the answer.
  if (questions > 1) return malformed(header, `${questions} questions in one message`);
  const question = readQuestion(message, view);
  if (question === null) return malformed(header, 'its question cannot be read');
  const echo = message.subarray(dnsHeaderBytes, question.end);
  const records = view.getUint16(6) + view.getUint16(8) + view.getUint16(10);
  const found = readRecords(view, question.end, records);
  if (found === null) return malformed({ ...header, echo }, 'its records cannot be read');
  const asked = { ...header, echo, edns: found.edns };
  const isInternet = question.class === classIn || question.class === classAny;
  if (!isInternet || question.name === null) return { kind: 'other', asked };
  return { kind: 'question', asked, name: question.name, type: question.type };
}

type Question = {
  /** Canonical, or null for what no rule can match. */
  readonly name: string | null;
  readonly type: number;
  readonly class: number;
  readonly end: number;
};

/** The first name of a message can be no pointer: nothing but the header stands before it. */
function readQuestion(message: Uint8Array, view: DataView): Question | null {
  const labels: string[] = [];
  let isHost = true;
  let at = dnsHeaderBytes;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63) return null;
    at += 1;
    if (length === 0) break;
    if (at + length - dnsHeaderBytes >= longestName) return null;
    const label = message.subarray(at, at + length);
    // A dot within a label would make another name of it.
    isHost &&= label.every(isHostByte);
    labels.push(String.fromCharCode(...label));
    at += length;
  }
  if (at + 4 > message.length) return null;
  const host = isHost ? parseHost(labels.join('.')) : null;
  return {
    name: host?.kind === 'name' ? host.name : null,
    type: view.getUint16(at),
    class: view.getUint16(at + 2),
    end: at + 4,
  };
}

function isHostByte(byte: number): boolean {
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  const isDigit = byte >= 0x30 && byte <= 0x39;
  return isLetter || isDigit || byte === 0x2d || byte === 0x5f;
}

/** Walks over every record for the sake of OPT; null where one does not fit, or where OPT comes twice. */
function readRecords(view: DataView, start: number, count: number): { readonly edns: Edns | null } | null {
  let at = start;
  let edns: Edns | null = null;
  for (let i = 0; i < count; i++) {
    const fixed = skipName(view, at);
    if (fixed === null || fixed + 10 > view.byteLength) return null;
    if (view.getUint16(fixed) === optType) {
      if (edns !== null) return null;
      edns = { version: view.getUint8(fixed + 5), dnssecOk: (view.getUint8(fixed + 6) & 0x80) !== 0 };
    }
    at = fixed + 10 + view.getUint16(fixed + 8);
    if (at > view.byteLength) return null;
  }
  return { edns };
}

/** Where the name at `start` ends; a pointer ends it and is not followed. */
function skipName(view: DataView, start: number): number | null {
  let at = start;
  while (at < view.byteLength && at - start < longestName) {
    const length = view.getUint8(at);
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    if (length > 63) return null;
    at += 1 + length;
  }
  return null;
}

function malformed(asked: DnsAsked | null, detail: string): DnsQuestionReading {
  return { kind: 'malformed', asked, detail };
}
