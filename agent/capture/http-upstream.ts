// The flow behind one program's connection to the proxy: requests to the same origin share it, as they would without a proxy.
import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import type { FlowOpening } from '../core/flow.ts';
import { memoryPipe } from './memory-pipe.ts';

export type HttpUpstream = {
  /** The origin's `host:port`. */
  readonly origin: string;
  readonly agent: Agent;
  /** Whether it waits for another request. */
  readonly isIdle: () => boolean;
  /** Whether it was reset: what Node's parser then takes for the end of an answer is not one. */
  readonly isBroken: () => boolean;
  /** Ends it cleanly where it is idle. */
  readonly dismiss: () => void;
};

/** How long an origin may take to close after we did. */
const lingerMs = 5_000;

/** Puts an HTTP client's end in front of an open flow; the flow lives until the client or the origin ends it. */
export function createHttpUpstream(
  origin: string,
  opening: Extract<FlowOpening, { kind: 'open' }>,
): HttpUpstream {
  const [near, far] = memoryPipe();
  // Between two requests nobody else listens.
  near.on('error', ignore);
  // As with any HTTP client: an origin that ends has ended the connection.
  near.allowHalfOpen = false;
  let broken = false;
  const application = pipeFlowStream(far, near);
  void opening.relay({
    ...application,
    reset: (reason) => {
      broken = true;
      application.reset(reason);
    },
  });
  const agent = new FlowAgent(near);
  return {
    origin,
    agent,
    isIdle: () => near.writable && Object.values(agent.freeSockets).some((free) => (free?.length ?? 0) > 0),
    isBroken: () => broken,
    dismiss: () => {
      if (near.destroyed) return;
      near.end();
      near.resume();
      const timer = setTimeout(() => near.destroy(), lingerMs);
      near.once('close', () => clearTimeout(timer));
    },
  };
}

/** The relay's view of `end`. A reset appears to the user of `other`, the opposite end, as the error that caused it. */
export function pipeFlowStream(end: Duplex, other: Duplex): FlowStream {
  end.on('error', ignore);
  return {
    duplex: end,
    endedCleanly: () => end.readableEnded,
    reset: (reason) => {
      other.destroy(reason);
      end.destroy();
    },
  };
}

/** Hands out one connection, again and again, for as long as it lives. */
class FlowAgent extends Agent {
  readonly #connection: Duplex;
  #used = false;

  constructor(connection: Duplex) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#connection = connection;
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const error = this.#used ? new Error('the connection to the origin has ended') : null;
    this.#used = true;
    callback?.(error, this.#connection);
  }

  // The defaults call methods that only sockets have.
  override keepSocketAlive(): boolean {
    return true;
  }

  override reuseSocket(_socket: Duplex, request: { reusedSocket: boolean }): void {
    request.reusedSocket = true;
  }
}

function ignore(): void {
  return;
}
