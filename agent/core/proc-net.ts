// Linux's socket tables, /proc/net/{tcp,tcp6,udp,udp6}: read line by line, and searched for one program's socket.
import { type Address, addressOfBytes, isUnspecified } from '../../protocol/address.ts';

export type SocketEnd = { readonly address: Address; readonly port: number };

/** States of net/tcp_states.h in the spelling of ss(8); an unconnected UDP socket is `close`. */
const states = {
  '01': 'established',
  '02': 'syn-sent',
  '03': 'syn-recv',
  '04': 'fin-wait-1',
  '05': 'fin-wait-2',
  '06': 'time-wait',
  '07': 'close',
  '08': 'close-wait',
  '09': 'last-ack',
  '0A': 'listen',
  '0B': 'closing',
  '0C': 'new-syn-recv',
} as const;
export type SocketState = (typeof states)[keyof typeof states];

/** One socket. An IPv4-mapped IPv6 end is its IPv4 address. */
export type SocketEntry = {
  readonly local: SocketEnd;
  readonly remote: SocketEnd;
  readonly state: SocketState;
  /** The account that made it. Means nothing where `inode` is 0. */
  readonly uid: number;
  /** 0 where no process holds it any more. */
  readonly inode: number;
};

/** Whether a machine writes the least significant byte first; the tables print addresses as its words. */
export type ByteOrder = 'LE' | 'BE';

/** The sockets of a table's text, in its order. Lines that are none are skipped. */
export function* readSockets(text: string, byteOrder: ByteOrder): Generator<SocketEntry> {
  for (const [start, end] of linesOf(text)) {
    const socket = readLine(text.slice(start, end), byteOrder);
    if (socket !== null) yield socket;
  }
}

/** The sockets with a local port, in the order of the table. */
export type SocketsByPort = (port: number) => readonly SocketEntry[];

/** As `readSockets`, for several questions to one text: a line is read when its port is asked for. */
export function socketsByPort(text: string, byteOrder: ByteOrder): SocketsByPort {
  const lines = new Map<number, (readonly [number, number])[]>();
  for (const line of linesOf(text)) {
    // The number of the line, the address, the port.
    const at = text.indexOf(':', text.indexOf(':', line[0]) + 1) + 1;
    const port = Number.parseInt(text.slice(at, at + 4), 16);
    const same = lines.get(port);
    if (same === undefined) lines.set(port, [line]);
    else same.push(line);
  }
  return (port) =>
    (lines.get(port) ?? []).flatMap(([start, end]) => {
      const socket = readLine(text.slice(start, end), byteOrder);
      return socket?.local.port === port ? [socket] : [];
    });
}

function* linesOf(text: string): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    yield [start, end];
    start = end + 1;
  }
}

/** A socket as its own program knows it; `remote` null where only the near end is known. */
export type WantedSocket = { readonly local: SocketEnd; readonly remote: SocketEnd | null };

export type SocketSearch =
  | { readonly kind: 'found'; readonly uid: number; readonly inode: number }
  /** Several sockets of one account fit. */
  | { readonly kind: 'account'; readonly uid: number }
  /** `several` accounts, or none. */
  | { readonly kind: 'none' | 'several' };

/**
 * The socket that `wanted` describes. One whose ends both fit comes before one that is not connected, as servers and many
 * UDP programs are. Sockets that no process holds any more are left out: the kernel no longer says whose they were.
 */
export function findSocket(sockets: Iterable<SocketEntry>, wanted: WantedSocket): SocketSearch {
  const exact: SocketEntry[] = [];
  const loose: SocketEntry[] = [];
  for (const socket of sockets) {
    if (socket.inode === 0 || socket.state === 'listen' || socket.local.port !== wanted.local.port) continue;
    const nearFits = sameAddress(socket.local.address, wanted.local.address);
    if (nearFits && (wanted.remote === null || sameEnd(socket.remote, wanted.remote))) exact.push(socket);
    else if ((nearFits || isUnspecified(socket.local.address)) && isOpenEnd(socket.remote))
      loose.push(socket);
  }
  return judge(exact.length > 0 ? exact : loose);
}

function judge([first, ...others]: readonly SocketEntry[]): SocketSearch {
  if (first === undefined) return { kind: 'none' };
  if (others.length === 0) return { kind: 'found', uid: first.uid, inode: first.inode };
  return others.every(({ uid }) => uid === first.uid)
    ? { kind: 'account', uid: first.uid }
    : { kind: 'several' };
}

// sl: local:port remote:port state queues timer retransmits uid timeout inode …
const line =
  /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{2}) [0-9A-F:]+ [0-9A-F:]+ [0-9A-F]+ +(\d{1,10}) +\d+ +(\d{1,15})(?: |$)/;

function readLine(text: string, byteOrder: ByteOrder): SocketEntry | null {
  const [, local = '', localPort = '', remote = '', remotePort = '', code = '', uid, inode] =
    line.exec(text) ?? [];
  const state = (states as Readonly<Record<string, SocketState>>)[code];
  if (state === undefined || local.length !== remote.length) return null;
  return {
    local: { address: readAddress(local, byteOrder), port: Number.parseInt(localPort, 16) },
    remote: { address: readAddress(remote, byteOrder), port: Number.parseInt(remotePort, 16) },
    state,
    uid: Number(uid),
    inode: Number(inode),
  };
}

/** One word of an IPv4 address or four of an IPv6 address, each as the machine's own number. */
function readAddress(hex: string, byteOrder: ByteOrder): Address {
  const bytes: number[] = [];
  for (let word = 0; word < hex.length; word += 8) {
    for (let i = 0; i < 8; i += 2) {
      const at = word + (byteOrder === 'LE' ? 6 - i : i);
      bytes.push(Number.parseInt(hex.slice(at, at + 2), 16));
    }
  }
  return addressOfBytes(bytes);
}

function isOpenEnd({ address, port }: SocketEnd): boolean {
  return port === 0 && isUnspecified(address);
}

function sameEnd(a: SocketEnd, b: SocketEnd): boolean {
  return a.port === b.port && sameAddress(a.address, b.address);
}

function sameAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.text === b.text;
}
