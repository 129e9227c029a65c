// A device that speaks HTTP/1.1 to the edge: one connection, and what is said on it.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type DataPlane, edgeName } from './data-plane.ts';

/** A connection after its handshake, and the TCP socket underneath, which alone can reset. The caller ends it. */
export async function openH1(edge: DataPlane): Promise<{ readonly tls: TLSSocket; readonly raw: Socket }> {
  const raw = connect({ host: edge.host, port: edge.port, allowHalfOpen: true });
  raw.on('error', () => undefined);
  const tls = connectTls({
    socket: raw,
    servername: edgeName,
    ca: edge.pki.ca.cert,
    cert: edge.device.cert,
    key: edge.device.key,
    ALPNProtocols: ['http/1.1'],
  });
  tls.allowHalfOpen = true;
  tls.on('error', () => undefined);
  await once(tls, 'secureConnect');
  return { tls, raw };
}

/** A tunnel to `authority`, its answer read: what comes next on the connection is the flow's. */
export async function openH1Flow(
  edge: DataPlane,
  authority: string,
): Promise<{ readonly tls: TLSSocket; readonly raw: Socket }> {
  const connection = await openH1(edge);
  connection.tls.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  const head = await readHead(connection.tls);
  if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(head);
  return connection;
}

/** The head of one answer; what follows it stays to be read. */
export async function readHead(tls: TLSSocket): Promise<string> {
  let read = Buffer.alloc(0);
  for (;;) {
    const chunk = tls.read() as Buffer | null;
    if (chunk === null) {
      if (tls.readableEnded || tls.destroyed) throw new Error(`ended within the head: ${read.toString()}`);
      await Promise.race([once(tls, 'readable'), once(tls, 'close')]);
      continue;
    }
    read = Buffer.concat([read, chunk]);
    const end = read.indexOf('\r\n\r\n');
    if (end < 0) continue;
    tls.unshift(read.subarray(end + 4));
    return read.subarray(0, end + 4).toString();
  }
}

/** How the peer ended the flow: `end` for a clean one, else the error's code or `close`. */
export function endOfH1(tls: TLSSocket): Promise<string> {
  tls.resume();
  return new Promise((resolve) => {
    tls.once('end', () => resolve('end'));
    tls.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    tls.once('close', () => resolve('close'));
  });
}
