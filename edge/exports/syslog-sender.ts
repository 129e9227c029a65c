// Carries syslog messages to a collector: datagrams (RFC 5426), or a stream over TCP (RFC 6587) or TLS (RFC 5425).
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
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
/** How long the refusal of a datagram may take, within a site. */
const answerMs = 100;

const delivered: Delivery = { kind: 'delivered', rejected: 0, reason: null };

export function createSyslogSender(server: SyslogServer): Sender {
  return server.transport === 'udp' ? createDatagramSender(server) : createStreamSender(server);
}

/** A socket and what the network said about it since. */
type Line = { readonly socket: DatagramSocket; fault: Error | null };

function createDatagramSender({ host, port }: SyslogServer): Sender {
  let line: Line | null = null;
  const open = async (): Promise<Line> => {
    if (line !== null && line.fault === null) return line;
    line?.socket.close();
    line = null;
    const { address, family } = await lookup(host);
    const fresh: Line = { socket: createSocket(family === 6 ? 'udp6' : 'udp4'), fault: null };
    line = fresh;
    await new Promise<void>((resolve, reject) => {
      fresh.socket.on('error', (error) => {
        fresh.fault = error;
        reject(error);
      });
      fresh.socket.connect(port, address, resolve);
    });
    return fresh;
  };
  return {
    async deliver(items) {
      let opened: Line | null = null;
      try {
        opened = await open();
        for (const item of items) await sendDatagram(opened.socket, item);
        // "Port unreachable" comes after the datagram that it answers.
        await pause(answerMs);
        if (opened.fault !== null) throw opened.fault;
        return delivered;
      } catch (error) {
        return { kind: 'failed', reason: explain(opened?.fault ?? error), afterMs: 0 };
      }
    },
    close: () => line?.socket.close(),
  };
}

function sendDatagram(socket: DatagramSocket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(text, (error) => (error === null ? resolve() : reject(error)));
  });
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
        return { kind: 'failed', reason: explain(error), afterMs: 0 };
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
