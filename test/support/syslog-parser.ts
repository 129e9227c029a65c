// A strict reader of syslog messages, made from the ABNF of RFC 5424 section 6 and of frames with a length (RFC 6587).

export type ParsedSyslog = {
  readonly priority: number;
  readonly timestamp: string;
  readonly hostName: string;
  readonly program: string;
  readonly processId: string;
  readonly messageId: string;
  readonly elements: readonly {
    readonly id: string;
    readonly params: readonly (readonly [string, string])[];
  }[];
  readonly text: string;
};

const header =
  /^<(0|[1-9]\d{0,2})>1 (-|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) ([\x21-\x7e]{1,128}) ([\x21-\x7e]{1,32}) /;
const elementBegin = /^\[([\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]{1,32})/;
const param = /^ ([\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]{1,32})="((?:[^"\\\]]|\\["\\\]])*)"/u;

/** @throws Error where `message` breaks the grammar */
export function parseSyslog(message: string): ParsedSyslog {
  const head = header.exec(message);
  if (head === null) throw new Error(`no header: ${message.slice(0, 100)}`);
  const [, priority = '', timestamp = '', hostName = '', program = '', processId = '', messageId = ''] = head;
  if (Number(priority) > 191) throw new Error(`priority ${priority}`);
  let rest = message.slice(head[0].length);
  const elements: { id: string; params: [string, string][] }[] = [];
  if (rest.startsWith('-')) rest = rest.slice(1);
  else {
    if (!rest.startsWith('[')) throw new Error(`no structured data: ${rest.slice(0, 100)}`);
    while (rest.startsWith('[')) {
      const begin = elementBegin.exec(rest);
      if (begin === null) throw new Error(`no element: ${rest.slice(0, 100)}`);
      rest = rest.slice(begin[0].length);
      const params: [string, string][] = [];
      for (let found = param.exec(rest); found !== null; found = param.exec(rest)) {
        const [whole, name = '', value = ''] = found;
        params.push([name, value.replaceAll(/\\(["\\\]])/g, '$1')]);
        rest = rest.slice(whole.length);
      }
      if (!rest.startsWith(']')) throw new Error(`an element does not end: ${rest.slice(0, 100)}`);
      rest = rest.slice(1);
      elements.push({ id: begin[1] ?? '', params });
    }
  }
  if (rest !== '' && !rest.startsWith(' \uFEFF')) throw new Error(`no UTF-8 text: ${rest.slice(0, 100)}`);
  return {
    ...{ priority: Number(priority), timestamp, hostName, program, processId, messageId, elements },
    text: rest.slice(2),
  };
}

/**
 * The whole frames at the beginning of a stream.
 *
 * @throws Error where a frame has no length before it
 */
export function readFrames(bytes: Buffer): string[] {
  const frames: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    if (space < 0) break;
    const length = bytes.toString('latin1', at, space);
    if (!/^[1-9]\d{0,5}$/.test(length)) throw new Error(`no length: ${length}`);
    const end = space + 1 + Number(length);
    if (end > bytes.length) break;
    frames.push(bytes.toString('utf8', space + 1, end));
    at = end;
  }
  return frames;
}
