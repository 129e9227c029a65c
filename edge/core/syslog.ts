// Syslog messages as RFC 5424 writes them, and the frames that carry them over a stream (RFC 6587 section 3.4.1, RFC 5425).

/** The facilities that are for programs of the site, and those about security (RFC 5424 table 1). */
export const syslogFacilities = {
  daemon: 3,
  auth: 4,
  authpriv: 10,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;
export type SyslogFacility = keyof typeof syslogFacilities;

/** RFC 5424 table 2. */
export const syslogSeverities = { warning: 4, notice: 5, informational: 6 } as const;
export type SyslogSeverity = keyof typeof syslogSeverities;

export type SyslogElement = {
  /** `origin`, or `NAME@NUMBER` of an enterprise. */
  readonly id: string;
  /** In the order of their worth: where a message would be too long, the last are left out first. */
  readonly params: readonly (readonly [name: string, value: string])[];
};

export type SyslogMessage = {
  readonly facility: SyslogFacility;
  readonly severity: SyslogSeverity;
  /** ISO 8601 in UTC, as `Date.toISOString` writes it. */
  readonly timestamp: string;
  readonly hostName: string;
  readonly program: string;
  readonly processId: string;
  readonly messageId: string;
  readonly elements: readonly SyslogElement[];
  /** For a person who reads; cut where the message would be too long. */
  readonly text: string;
};

/** The smallest limit that `formatSyslog` keeps: below it, header and names would not fit. */
export const smallestSyslogLimit = 1024;
/** Values are cut so far, step by step, until the message fits; addresses are whole at each step. */
const valueLimits = [512, 256, 128, 64, 48];
/** What MSG begins with where it is UTF-8 (RFC 5424 section 6.4). */
const byteOrderMark = '\uFEFF';

/**
 * The message in UTF-8 octets, at most `maxBytes` of them. Values are escaped; control characters, which a receiver could
 * take for another line, become U+FFFD.
 *
 * @param maxBytes at least `smallestSyslogLimit`
 */
export function formatSyslog(message: SyslogMessage, maxBytes: number): string {
  const head = `${headerText(message)} `;
  for (const valueLimit of valueLimits) {
    const data = `${head}${elementsText(message.elements, valueLimit)}`;
    if (byteLength(data) <= maxBytes)
      return `${data}${messageText(message.text, maxBytes - byteLength(data))}`;
  }
  return `${head}${elementsThatFit(message.elements, maxBytes - byteLength(head))}`;
}

/** One message in a stream: its length in octets, a space, its octets. */
export function octetCounted(message: string): string {
  return `${byteLength(message)} ${message}`;
}

function headerText(message: SyslogMessage): string {
  const priority = syslogFacilities[message.facility] * 8 + syslogSeverities[message.severity];
  const { timestamp } = message;
  return [
    `<${priority}>1`,
    timestamp,
    field(message.hostName, 255),
    field(message.program, 48),
    field(message.processId, 128),
    field(message.messageId, 32),
  ].join(' ');
}

/** PRINTUSASCII of at most `limit`; the NILVALUE where nothing is left. */
function field(text: string, limit: number): string {
  const printable = text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, limit);
  return printable === '' ? '-' : printable;
}

function elementsText(elements: readonly SyslogElement[], valueLimit: number): string {
  if (elements.length === 0) return '-';
  return elements
    .map(({ id, params }) => `[${[id, ...params.map((param) => paramText(param, valueLimit))].join(' ')}]`)
    .join('');
}

/** As many parameters as fit into `room`, each element kept. */
function elementsThatFit(elements: readonly SyslogElement[], room: number): string {
  const smallest = valueLimits.at(-1) ?? 0;
  const texts = elements.map(({ id }) => ({ id, params: [] as string[] }));
  let left =
    room -
    byteLength(
      elementsText(
        elements.map(({ id }) => ({ id, params: [] })),
        smallest,
      ),
    );
  elements.forEach(({ params }, i) => {
    for (const param of params) {
      const text = paramText(param, smallest);
      left -= byteLength(text) + 1;
      if (left < 0) break;
      texts[i]?.params.push(text);
    }
  });
  return texts.map(({ id, params }) => `[${[id, ...params].join(' ')}]`).join('');
}

function paramText([name, value]: readonly [string, string], valueLimit: number): string {
  return `${name}="${cut(clean(value), valueLimit, escapeValue)}"`;
}

/** RFC 5424 section 6.3.3. */
function escapeValue(text: string): string {
  return text.replaceAll(/["\\\]]/g, '\\$&');
}

function messageText(text: string, room: number): string {
  const begin = ` ${byteOrderMark}`;
  const left = room - byteLength(begin);
  return text === '' || left <= 0 ? '' : `${begin}${cut(clean(text), left, (same) => same)}`;
}

/** What `write` makes of the characters that fit into `limit` bytes; none is cut in two. */
function cut(text: string, limit: number, write: (text: string) => string): string {
  const whole = write(text);
  if (byteLength(whole) <= limit) return whole;
  let result = '';
  let left = limit;
  for (const character of text) {
    const written = write(character);
    left -= byteLength(written);
    if (left < 0) break;
    result += written;
  }
  return result;
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}
