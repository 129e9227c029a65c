// The SOCKS5 proxy on loopback (RFC 1928): CONNECT to names and addresses, with or without user and password.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import type { Denial } from '../../protocol/proxy-status.ts';
import { assertNever } from '../../protocol/error.ts';
import { socketFlowStream } from '../../protocol/relay/adapters.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import type { FlowEnds, OpenFlow } from '../core/flow.ts';
import { type CaptureFront, type CaptureLimits, defaultCaptureLimits } from './capture.ts';
import { endsOf } from '../socket-ends.ts';
import { startListening } from './listener.ts';
import {
  type Decoded,
  decodeCredentials,
  decodeGreeting,
  decodeRequest,
  encodeCredentialsReply,
  encodeMethod,
  encodeReply,
  type Socks5Credentials,
  type Socks5Method,
  socks5Methods,
  socks5Replies,
  type Socks5Reply,
  type Socks5Request,
} from './socks5-codec.ts';

export type Socks5Options = {
  readonly listen: ListenAddress;
  readonly openFlow: OpenFlow;
  /**
   * Name to password. With none, no authentication is needed and any user and password are taken too: some programs
   * always send a pair, to keep their connections apart.
   */
  readonly users: Readonly<Record<string, string>>;
  readonly limits?: Partial<CaptureLimits>;
};

/** How long a refused program may take to read the reply before its connection goes. */
const lingerMs = 5_000;

/**
 * Starts the proxy.
 *
 * @throws OpenGsaError `address-in-use`, `address-unavailable` or `bad-config`
 */
export async function startSocks5({
  listen,
  openFlow,
  users,
  ...rest
}: Socks5Options): Promise<CaptureFront> {
  const limits = { ...defaultCaptureLimits, ...rest.limits };
  const greeting = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const application = socketFlowStream(socket);
    const ends = endsOf(socket);
    if (ends === null) {
      socket.destroy();
      return;
    }
    greeting.add(socket);
    const done = () => greeting.delete(socket);
    socket.once('close', done);
    const timer = setTimeout(() => socket.destroy(), limits.handshakeTimeoutMs);
    void shakeHands(socket, users).then(async (request) => {
      clearTimeout(timer);
      done();
      if (request === null) finish(socket);
      else await serve(request, application, socket, ends, openFlow);
    });
  });
  return startListening(server, listen, limits, () => greeting.forEach((socket) => socket.destroy()));
}

async function serve(
  request: Socks5Request,
  application: FlowStream,
  socket: Socket,
  ends: FlowEnds,
  openFlow: OpenFlow,
): Promise<void> {
  if (request.kind === 'unusable') {
    finish(socket, encodeReply(request.reply));
    return;
  }
  const opening = await openFlow({ via: 'socks5', destination: request.destination, ...ends });
  if (opening.kind === 'refused') {
    finish(socket, encodeReply(replyFor(opening.denial)));
    return;
  }
  if (socket.destroyed) {
    opening.stream.reset(new Error('the application has gone'));
    return;
  }
  socket.write(encodeReply(socks5Replies.succeeded));
  await opening.relay(application);
}

/** The request, or null if the peer does not speak SOCKS5, may not enter, or has gone. What follows stays in the socket. */
async function shakeHands(socket: Socket, users: Socks5Options['users']): Promise<Socks5Request | null> {
  const methods = await receive(socket, decodeGreeting);
  if (methods === null) return null;
  const method = chooseMethod(methods, users);
  socket.write(encodeMethod(method));
  if (method === socks5Methods.unacceptable) return null;
  if (method === socks5Methods.password) {
    const credentials = await receive(socket, decodeCredentials);
    if (credentials === null) return null;
    const accepted = mayEnter(credentials, users);
    socket.write(encodeCredentialsReply(accepted));
    if (!accepted) return null;
  }
  return receive(socket, decodeRequest);
}

/** Reads one message and puts back what follows it; null if it is malformed or the socket ends. */
function receive<T>(socket: Socket, decode: (bytes: Buffer) => Decoded<T>): Promise<T | null> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    const settle = (value: T | null) => {
      socket.off('readable', onReadable);
      socket.off('end', onGone);
      socket.off('close', onGone);
      resolve(value);
    };
    const onGone = () => settle(null);
    const onReadable = () => {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      bytes = Buffer.concat([bytes, chunk]);
      const decoded = decode(bytes);
      switch (decoded.kind) {
        case 'incomplete':
          return;
        case 'invalid':
          settle(null);
          return;
        case 'complete':
          settle(decoded.value);
          if (decoded.length < bytes.length) socket.unshift(bytes.subarray(decoded.length));
          return;
        default:
          assertNever(decoded);
      }
    };
    socket.on('readable', onReadable);
    socket.once('end', onGone);
    socket.once('close', onGone);
    if (socket.destroyed || socket.readableEnded) onGone();
    else onReadable();
  });
}

function chooseMethod(offered: readonly number[], users: Socks5Options['users']): Socks5Method {
  const open = Object.keys(users).length === 0;
  if (open && offered.includes(socks5Methods.none)) return socks5Methods.none;
  return offered.includes(socks5Methods.password) ? socks5Methods.password : socks5Methods.unacceptable;
}

/** Compares with every user and in constant time, so that neither names nor passwords can be felt out. */
function mayEnter({ user, password }: Socks5Credentials, users: Socks5Options['users']): boolean {
  const known = Object.entries(users);
  if (known.length === 0) return true;
  let matches = 0;
  for (const [name, secret] of known) {
    matches += Number(sameBytes(user, Buffer.from(name))) & Number(sameBytes(password, Buffer.from(secret)));
  }
  return matches > 0;
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function finish(socket: Socket, reply?: Buffer): void {
  if (socket.destroyed) return;
  if (reply === undefined) socket.end();
  else socket.end(reply);
  // Unread bytes would turn the close into a reset that overtakes the reply.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}

/** SOCKS5 has few words: the full reason stands in `opengsa flows`. */
function replyFor({ error }: Denial): Socks5Reply {
  switch (error) {
    case 'http_request_denied':
    case 'destination_ip_prohibited':
      return socks5Replies.notAllowed;
    case 'destination_ip_unroutable':
      return socks5Replies.networkUnreachable;
    case 'destination_not_found':
    case 'destination_unavailable':
    case 'dns_error':
    case 'dns_timeout':
    case 'connection_timeout':
      return socks5Replies.hostUnreachable;
    case 'connection_refused':
      return socks5Replies.connectionRefused;
    case 'http_request_error':
    case 'connection_terminated':
    case 'connection_limit_reached':
    case 'tls_certificate_error':
    case 'tls_protocol_error':
    case 'http_protocol_error':
    case 'proxy_configuration_error':
    case 'proxy_internal_error':
      return socks5Replies.generalFailure;
    default:
      return assertNever(error);
  }
}
