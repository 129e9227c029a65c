// Carries syslog messages to a collector: datagrams (RFC 5426), or a stream over TCP (RFC 6587) or TLS (RFC 5425).
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { explain } from '../../protocol/error.ts';
import type { Delivery, Sender } from './exporter.ts';

export type SyslogServer = {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** For `tls`: authorities and own identity in PEM; null: the system's authorities, no identity. */
  readonly ca: string | null;
  readonly identity: { readonly key: string; readonly certificate: string } | null;
};

const connectPatienceMs = 10_000;
/** A collector that takes nothing for so long is given up and dialled again. */
const writePatienceMs = 30_000;
const keepAliveMs = 30_000;

const delivered: Delivery = { kind: 'delivered', rejected: 0, reason: null };

export function createSyslogSender(server: SyslogServer): Sender {
  return server.transport === 'udp' ? createDatagramSender(server) : createStreamSender(server);
}

function createDatagramSender({ host, port }: SyslogServer): Sender {
  let socket: DatagramSocket | null = null;
  const open = async (): Promise<DatagramSocket> => {
    if (socket !== null) return socket;
    const { address, family } = await lookup(host);
    const fresh = createSocket(family === 6 ? 'udp6' : 'udp4');
    const forget = (): void => {
      if (socket === fresh) socket = null;
      fresh.close();
    };
    await new Promise<void>((resolve, reject) => {
      // "Port unreachable" comes after the datagram that it answers: the next batch begins with a socket of its own.
      fresh.once('error', (error) => {
        reject(error);
        forget();
      });
      fresh.connect(port, address, resolve);
    });
    socket = fresh;
    return fresh;
  };
  const send = (opened: DatagramSocket, item: string): Promise<void> =>
    new Promise((resolve, reject) => {
      opened.send(item, (error) => (error === null ? resolve() : reject(error)));
    });
  return {
    async deliver(items) {
      let accepted = 0;
      try {
        const opened = await open();
        for (const item of items) {
          await send(opened, item);
          accepted += 1;
        }
        return delivered;
      } catch (error) {
        return { kind: 'failed', reason: explain(error), accepted, afterMs: 0 };
      }
    },
    close: () => socket?.close(),
  };
}

function createStreamSender(server: SyslogServer): Sender {
  let socket: Socket | null = null;
  const open = async (): Promise<Socket> => {
    if (socket?.writable === true) return socket;
    socket?.destroy();
    socket = await dial(server);
    return socket;
  };
  return {
    async deliver(items) {
      try {
        await writeAll(await open(), items.join(''));
        return delivered;
      } catch (error) {
        socket?.destroy();
        // What the collector took of it is unknown: it may come twice, and never half.
        return { kind: 'failed', reason: explain(error), accepted: 0, afterMs: 0 };
      }
    },
    close: () => socket?.end(() => socket?.destroy()),
  };
}

function dial(server: SyslogServer): Promise<Socket> {
  const { host, port, transport, ca, identity } = server;
  const socket =
    transport === 'tcp'
      ? connectTcp({ host, port })
      : connectTls({
          ...{ host, port, minVersion: 'TLSv1.2' },
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...(ca === null ? {} : { ca }),
          ...(identity === null ? {} : { key: identity.key, cert: identity.certificate }),
        });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), connectPatienceMs);
    socket.once(transport === 'tcp' ? 'connect' : 'secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      // Nothing is ever said back; it is read so that its end is seen.
      socket.resume();
      socket.setKeepAlive(true, keepAliveMs);
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error('the collector closed the connection'));
    });
    // The write that follows tells of it.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
  });
}

function writeAll(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => finish(() => reject(new Error('the collector closed the connection')));
    const timer = setTimeout(
      () => finish(() => reject(new Error('the collector takes nothing'))),
      writePatienceMs,
    );
    const finish = (act: () => void): void => {
      clearTimeout(timer);
      socket.off('close', onClose);
      act();
    };
    socket.once('close', onClose);
    socket.write(text, (error) =>
      finish(() => {
        if (error === null || error === undefined) resolve();
        else reject(error);
      }),
    );
  });
}
