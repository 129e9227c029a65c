// The way to a nameserver over TCP (RFC 7766) for one program's connection: questions in, every message that comes back out.
import { connect, type Socket } from 'node:net';
import { createDnsFrameReader, frameDnsMessage } from '../core/dns-frames.ts';
import { type Nameserver, nameserverHost } from '../core/resolver-config.ts';

export type TcpUpstream = {
  /** Connects where no connection is open: servers close theirs after a while, and that is no fault. */
  readonly send: (message: Uint8Array) => void;
  /** Whoever reads slower than the nameserver writes makes it wait. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly close: () => void;
};

export type TcpUpstreamEvents = {
  /** A whole message, as it came. A zone transfer has many for one question. */
  readonly message: (message: Uint8Array) => void;
  /** The connection is gone, and with it whatever was not answered. */
  readonly gone: () => void;
};

export function createTcpUpstream(nameserver: Nameserver, events: TcpUpstreamEvents): TcpUpstream {
  let socket: Socket | null = null;

  const open = (): Socket => {
    const opened = connect({ host: nameserverHost(nameserver), port: nameserver.port, noDelay: true });
    const frames = createDnsFrameReader();
    opened.on('data', (chunk) => frames.push(chunk).forEach(events.message));
    // What went wrong is told by 'close', which follows.
    opened.on('error', () => undefined);
    opened.on('close', () => {
      if (socket !== opened) return;
      socket = null;
      events.gone();
    });
    socket = opened;
    return opened;
  };
  const close = (): void => {
    const closed = socket;
    socket = null;
    closed?.destroy();
  };
  return {
    send: (message) => {
      if (socket !== null && !socket.writable) {
        close();
        events.gone();
      }
      (socket ?? open()).write(frameDnsMessage(message));
    },
    pause: () => socket?.pause(),
    resume: () => socket?.resume(),
    close,
  };
}
