// One program's connection to the responder (RFC 7766): questions in a row, answered in the order in which answers are there.
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';
import { createDnsFrameReader, frameDnsMessage } from '../core/dns-frames.ts';
import { type DnsHandling, failureOf } from '../core/dns-handling.ts';
import type { Nameserver } from '../core/resolver-config.ts';
import { createTcpUpstream } from './tcp-upstream.ts';

export type TcpClientLimits = {
  /** Questions of one connection that wait for the nameserver. */
  readonly pending: number;
  /** How long a connection may be without a whole message either way, in ms. */
  readonly idleMs: number;
};

export type TcpClientSetup = {
  readonly nameserver: Nameserver;
  readonly handle: (message: Uint8Array) => DnsHandling;
  readonly limits: TcpClientLimits;
  readonly clock: Clock;
};

/** Serves `client`, which must allow to be half open, until either end has had enough. */
export function serveTcpClient(client: Socket, { nameserver, handle, limits, clock }: TcpClientSetup): void {
  const frames = createDnsFrameReader();
  /** What the nameserver has not answered, by id; a program may use one twice, and the later question stands. */
  const pending = new Map<number, Uint8Array>();
  let isOver = false;
  let timer: Timer | null = null;

  const write = (message: Uint8Array): void => {
    if (client.writable && !client.write(frameDnsMessage(message))) {
      // Whoever does not read its answers is not asked for more questions, and gets no more answers.
      client.pause();
      upstream.pause();
    }
  };
  const endWhenAnswered = (): void => {
    if (isOver && pending.size === 0) client.end();
  };
  const failPending = (): void => {
    const messages = [...pending.values()];
    pending.clear();
    for (const message of messages) fail(message);
    endWhenAnswered();
  };
  const fail = (message: Uint8Array): void => {
    const failure = failureOf(message);
    if (failure !== null) write(failure);
  };
  const busy = (): void => {
    timer?.cancel();
    timer = clock.setTimer(() => {
      if (pending.size === 0) client.destroy();
      else {
        upstream.close();
        failPending();
        busy();
      }
    }, limits.idleMs);
  };
  const upstream = createTcpUpstream(nameserver, {
    message: (message) => {
      busy();
      pending.delete(idOf(message));
      write(message);
      endWhenAnswered();
    },
    gone: failPending,
  });
  const take = (message: Uint8Array): void => {
    busy();
    const handling = handle(message);
    if (handling.kind === 'reply') write(handling.message);
    else if (handling.kind === 'drop') client.destroy();
    else if (pending.size >= limits.pending) fail(message);
    else {
      // Sent first: where the last connection turns out to be gone, this question is not among those that went with it.
      upstream.send(message);
      pending.set(idOf(message), message);
    }
  };

  client.on('data', (chunk) => {
    for (const message of frames.push(chunk)) if (!client.destroyed) take(message);
  });
  client.on('drain', () => {
    client.resume();
    upstream.resume();
  });
  client.on('end', () => {
    isOver = true;
    endWhenAnswered();
  });
  // What went wrong is told by 'close', which follows.
  client.on('error', () => undefined);
  client.on('close', () => {
    timer?.cancel();
    upstream.close();
  });
  busy();
}

function idOf([high = 0, low = 0]: Uint8Array): number {
  return high * 256 + low;
}
