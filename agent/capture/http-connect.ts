// HTTP CONNECT (RFC 9110 section 9.3.6): the request becomes a flow, and from then on the connection is the flow.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { parseAuthority } from '../../protocol/destination.ts';
import { socketFlowStream } from '../../protocol/relay/adapters.ts';
import type { OpenFlow } from '../core/flow.ts';
import { framingOf, valuesOf } from './http-forwarding.ts';
import { endsOf } from '../socket-ends.ts';
import { formatRefusal, type Refusal, refusalAnswer } from './refusal.ts';

/** How long a refused program may take to read the answer before its connection goes. */
const lingerMs = 5_000;

/**
 * Serves one CONNECT. Bytes that the program sent before the answer (`head` and what follows) stay in order for the
 * flow; after a refusal they are dropped, never read as another request.
 */
export async function serveConnect(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  openFlow: OpenFlow,
): Promise<void> {
  const target = request.url ?? '';
  const application = socketFlowStream(socket);
  const destination = parseAuthority(target);
  const ends = endsOf(socket);
  if (ends === null) {
    socket.destroy();
    return;
  }
  if (destination === null) {
    refuseConnection(socket, badRequest('bad-authority'), target);
    return;
  }
  // A body here is how one request is made to look like two.
  if (!isWithoutBody(request)) {
    refuseConnection(socket, badRequest('connect-with-body'), target);
    return;
  }
  if (head.length > 0) socket.unshift(head);

  const opening = await openFlow({ via: 'http-connect', destination, ...ends });
  if (opening.kind === 'refused') {
    refuseConnection(socket, opening, target);
    return;
  }
  if (socket.destroyed) {
    opening.stream.reset(new Error('the application has gone'));
    return;
  }
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  await opening.relay(application);
}

/** Answers with the reason and ends the connection. */
export function refuseConnection(socket: Socket, refusal: Refusal, what: string): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(formatRefusal(refusalAnswer(refusal, what)));
  // Unread bytes would turn the close into a reset that overtakes the answer.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}

export function badRequest(reason: string, status = 400): Refusal {
  return { status, denial: { error: 'http_request_error', reason }, by: 'opengsa' };
}

function isWithoutBody({ rawHeaders }: IncomingMessage): boolean {
  const lengths = valuesOf(rawHeaders, 'content-length');
  return (
    framingOf(rawHeaders) === 'none' || (lengths.length > 0 && lengths.every((length) => length === '0'))
  );
}
