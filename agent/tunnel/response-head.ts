// Reads the head of an HTTP/1.x answer byte by byte as it arrives, strictly and bounded (RFC 9112 sections 2 to 5).

export const longestHead = 16 * 1024;

export type HeadResult =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'bad'; readonly reason: string }
  | {
      readonly kind: 'head';
      readonly status: number;
      /** By lower-case name; repeated fields are joined by a comma. */
      readonly fields: ReadonlyMap<string, string>;
      /** What followed the head. */
      readonly rest: Buffer;
    };

export type HeadReader = { readonly push: (chunk: Buffer) => HeadResult };

/** Interim answers (1xx) are passed over; 101 is bad, since nothing was asked to change. */
export function createHeadReader(): HeadReader {
  let buffer: Buffer = Buffer.alloc(0);
  const next = (): HeadResult => {
    const end = buffer.indexOf('\r\n\r\n');
    if (end < 0) {
      return buffer.length > longestHead ? bad('the head is too long') : startsWell(buffer);
    }
    if (end > longestHead) return bad('the head is too long');
    const head = parseHead(buffer.toString('latin1', 0, end));
    if (head.kind !== 'head') return head;
    buffer = buffer.subarray(end + 4);
    if (head.status === 101) return bad('101 without a request for it');
    return head.status < 200 ? next() : { ...head, rest: buffer };
  };
  return {
    push: (chunk) => {
      buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
      return next();
    },
  };
}

function parseHead(text: string): HeadResult {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const match = /^HTTP\/1\.[01] ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/.exec(statusLine);
  if (match === null) return bad('the status line is malformed');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*?)[\t ]*$/.exec(line);
    if (field === null) return bad('a field is malformed');
    const [, name = '', value = ''] = field;
    const before = fields.get(name.toLowerCase());
    fields.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return { kind: 'head', status: Number(match[1]), fields, rest: Buffer.alloc(0) };
}

/** A peer that does not speak HTTP is noticed at its first bytes, not after 16 KiB of them. */
function startsWell(buffer: Buffer): HeadResult {
  const start = buffer.toString('latin1', 0, 7);
  return 'HTTP/1.'.startsWith(start) ? { kind: 'incomplete' } : bad('this is not HTTP/1');
}

function bad(reason: string): HeadResult {
  return { kind: 'bad', reason };
}
