// The capture fronts that the configuration asks for, started together and ended together.
import type { CaptureFront } from './capture/capture.ts';
import { startHttpProxy } from './capture/http-proxy.ts';
import { type PacFile, pacPath } from './pac-file.ts';
import { startSocks5 } from './capture/socks5.ts';
import type { AgentConfig } from './config.ts';
import type { OpenFlow } from './core/flow.ts';
import type { OwnListener } from './flow/loop-guard.ts';
import { parseAddress } from '../protocol/address.ts';
import { formatDestination } from '../protocol/destination.ts';
import { OpenGsaError } from '../protocol/error.ts';
import type { ListenAddress } from '../protocol/listen-address.ts';
import type { Status } from '../protocol/status.ts';

export type CaptureFronts = {
  readonly shown: Status['capture'];
  readonly listeners: readonly OwnListener[];
  /** Takes no more flows; resolves when the last has ended, or was reset after `graceMs`. */
  readonly drain: (graceMs: number) => Promise<void>;
};

export type CaptureSetup = {
  readonly config: AgentConfig['capture'];
  readonly openFlow: OpenFlow;
  readonly pac: PacFile;
};

/** @throws OpenGsaError `address-in-use` or `address-unavailable`, naming the port and what to change */
export async function startCapture({ config, openFlow, pac }: CaptureSetup): Promise<CaptureFronts> {
  const http = await startFront('http', config.http, (listen) => startHttpProxy({ listen, openFlow, pac }));
  try {
    const socks5 = await startFront('socks5', config.socks5, (listen) =>
      startSocks5({ listen, openFlow, users: config.socks5Users }),
    );
    return joined(http, socks5, pac);
  } catch (error) {
    await http?.close();
    throw error;
  }
}

function joined(http: CaptureFront | null, socks5: CaptureFront | null, pac: PacFile): CaptureFronts {
  const fronts = [http, socks5].filter((front) => front !== null);
  const httpProxy = shownAddress(http);
  return {
    shown: {
      mode: 'proxy',
      httpProxy,
      socks5: shownAddress(socks5),
      pacUrl: httpProxy === null ? null : `http://${httpProxy}${pacPath(pac)}`,
      transparent: null,
    },
    listeners: fronts.flatMap(({ listening }) => {
      const address = parseAddress(listening.host);
      return address === null ? [] : [{ address, port: listening.port }];
    }),
    async drain(graceMs) {
      // The same as a person's own patience: what still runs then is reset, never ended as if it were complete.
      const late = setTimeout(() => void Promise.all(fronts.map((front) => front.close())), graceMs);
      await Promise.all(fronts.map((front) => front.drain()));
      clearTimeout(late);
    },
  };
}

async function startFront(
  key: 'http' | 'socks5',
  listen: ListenAddress | null,
  start: (listen: ListenAddress) => Promise<CaptureFront>,
): Promise<CaptureFront | null> {
  if (listen === null) return null;
  try {
    return await start(listen);
  } catch (cause) {
    if (!(cause instanceof OpenGsaError) || cause.code === 'internal') throw cause;
    throw new OpenGsaError(
      cause.code,
      `${cause.message}; stop that program, or choose another address in agent.yaml (capture.${key})`,
      { cause: cause.cause },
    );
  }
}

function shownAddress(front: CaptureFront | null): string | null {
  if (front === null) return null;
  const address = parseAddress(front.listening.host);
  const { port } = front.listening;
  return address === null
    ? `${front.listening.host}:${port}`
    : formatDestination({ host: { kind: 'address', address }, port });
}
