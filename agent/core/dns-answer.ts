// The DNS messages of a question whose answer is the asker's own address (RFC 1035): written, and read with suspicion.
import packet from 'dns-packet';
import { type Address, parseAddress } from '../../protocol/address.ts';

/** A record that holds the address of whoever asks for it. */
export type AddressRecord = {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'TXT';
  readonly class: 'IN' | 'CH';
};

export type DnsReading =
  | { readonly kind: 'address'; readonly address: Address }
  /** It did not fit a datagram; the same question over TCP gets all of it. */
  | { readonly kind: 'truncated' }
  /** The server will not or cannot tell (RFC 1035 section 4.1.1, RCODE). */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'several-addresses' }
  /** An answer to this question in which no address stands. */
  | { readonly kind: 'malformed'; readonly detail: string }
  /** Not an answer to this question; whoever waits goes on waiting. */
  | { readonly kind: 'foreign'; readonly detail: string };

/** No answer with one address needs more; a decoder's work grows with what it is given. */
export const longestDnsAnswer = 4096;

const headerBytes = 12;
const codes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const;

/** The question as a message. `id` is 16 bits and must be random: a forged answer has to guess it and the port. */
export function encodeDnsQuestion(record: AddressRecord, id: number): Uint8Array {
  return packet.encode({
    type: 'query',
    id,
    flags: packet.RECURSION_DESIRED,
    questions: [{ name: record.name, type: record.type, class: record.class }],
  });
}

/** What `message` says to the question with `id`. Never throws, whatever the bytes are. */
export function readDnsAnswer(message: Uint8Array, record: AddressRecord, id: number): DnsReading {
  if (message.length < headerBytes || message.length > longestDnsAnswer) {
    return foreign(`${message.length} bytes are no DNS answer`);
  }
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  // Before anything is decoded: a forged answer costs no more than this look.
  if (bytes.readUInt16BE(0) !== id) return foreign('the answer to another question');
  let decoded: packet.DecodedPacket;
  try {
    decoded = packet.decode(bytes);
  } catch (error) {
    return foreign(`it cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
  if (decoded.type !== 'response' || !echoes(decoded.questions ?? [], record)) {
    return foreign('the answer to another question');
  }
  const flags = decoded.flags ?? 0;
  if ((flags & packet.TRUNCATED_RESPONSE) !== 0) return { kind: 'truncated' };
  const code = flags & 0x0f;
  if (code !== 0) return { kind: 'refused', code: codes[code] ?? `RCODE ${code}` };
  return readRecords(decoded.answers ?? [], record);
}

function readRecords(answers: readonly packet.Answer[], record: AddressRecord): DnsReading {
  const texts = answers.filter((answer) => isAbout(answer, record)).map(textOf);
  const addresses = new Map(
    texts.flatMap((text) => {
      const address = parseAddress(text);
      return address === null ? [] : [[address.text, address]];
    }),
  );
  if (addresses.size > 1) return { kind: 'several-addresses' };
  const [address] = addresses.values();
  if (address !== undefined) return { kind: 'address', address };
  return { kind: 'malformed', detail: texts.length === 0 ? 'no such record' : 'the record holds no address' };
}

/** Exactly the question that was asked; names are compared without case (RFC 1035 section 2.3.3). */
function echoes(questions: readonly packet.Question[], record: AddressRecord): boolean {
  const [question, ...others] = questions;
  return question !== undefined && others.length === 0 && isAbout(question, record);
}

function isAbout(
  one: { readonly name: string; readonly type: string; readonly class?: string | undefined },
  record: AddressRecord,
): boolean {
  return (
    one.name.toLowerCase() === record.name.toLowerCase() &&
    one.type === record.type &&
    one.class === record.class
  );
}

/** The strings of a TXT record make one text (RFC 7208 section 3.3 says how); some servers quote it. */
function textOf(answer: packet.Answer): string {
  if (answer.type === 'A' || answer.type === 'AAAA') return answer.data;
  if (answer.type !== 'TXT') return '';
  const parts = Array.isArray(answer.data) ? answer.data : [answer.data];
  return parts
    .map(String)
    .join('')
    .trim()
    .replace(/^"(.*)"$/, '$1');
}

function foreign(detail: string): DnsReading {
  return { kind: 'foreign', detail };
}
