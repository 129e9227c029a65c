// The ways of capturing that the configuration asks for, started together and ended together.
import type { CaptureFront } from './capture/capture.ts';
import { startHttpProxy } from './capture/http-proxy.ts';
import { type PacFile, pacPath } from './pac-file.ts';
import { startSocks5 } from './capture/socks5.ts';
import type { AgentConfig } from './config.ts';
import { type CaptureObstacle, obstacleText, type Prevented } from './core/capture-obstacle.ts';
import type { CaptureFacts } from './core/status-inputs.ts';
import type { OpenFlow } from './core/flow.ts';
import type { TransparentFacts } from './core/health-facts.ts';
import type { OwnListener } from './flow/loop-guard.ts';
import { parseAddress } from '../protocol/address.ts';
import { formatDestination } from '../protocol/destination.ts';
import { OpenGsaError } from '../protocol/error.ts';
import type { ListenAddress } from '../protocol/listen-address.ts';
import { preventedCapture } from './prevented-capture.ts';
import type { TransparentCapture } from './transparent-capture.ts';

export type CaptureFronts = {
  readonly shown: () => CaptureFacts;
  readonly listeners: () => readonly OwnListener[];
  /** Profiles or mode differ. */
  readonly changed: () => void;
  readonly networkChanged: () => void;
  /** Null while capture is by proxy only. */
  readonly transparentFacts: () => TransparentFacts | null;
  /** The real addresses of acquired names with the name; null where names are not acquired. */
  readonly acquiredAddresses: () => ReadonlyMap<string, string> | null;
  /** Takes no more flows; resolves when the last has ended, or was reset after `graceMs`. */
  readonly drain: (graceMs: number) => Promise<void>;
};

export type CaptureSetup = {
  readonly config: AgentConfig['capture'];
  readonly openFlow: OpenFlow;
  readonly pac: PacFile;
  readonly startTransparent: () => Promise<TransparentCapture | Prevented>;
  /** Told where the proxies go on without transparent capture. */
  readonly onPrevented: (obstacle: CaptureObstacle) => void;
};

/**
 * @throws OpenGsaError `address-in-use` or `address-unavailable`, naming the port and what to change; `capture-failed` with
 * what is in the way where the configuration asks for transparent capture and nothing else
 */
export async function startCapture(setup: CaptureSetup): Promise<CaptureFronts> {
  const { config, openFlow, pac } = setup;
  const byProxy = config.mode !== 'transparent';
  const http = await startFront('http', byProxy ? config.http : null, (listen) =>
    startHttpProxy({ listen, openFlow, pac }),
  );
  let socks5: CaptureFront | null = null;
  try {
    socks5 = await startFront('socks5', byProxy ? config.socks5 : null, (listen) =>
      startSocks5({ listen, openFlow, users: config.socks5Users }),
    );
    const transparent = config.mode === 'proxy' ? null : await transparentOrReason(setup);
    return joined(config.mode, { http, socks5, transparent }, pac);
  } catch (error) {
    await Promise.all([http?.close(), socks5?.close()]);
    throw error;
  }
}

/** Programs that use the proxies are served, whatever is in the way of the others. */
async function transparentOrReason(setup: CaptureSetup): Promise<TransparentCapture> {
  const started = await setup.startTransparent();
  if (!('obstacle' in started)) return started;
  const { obstacle } = started;
  if (setup.config.mode === 'transparent') {
    throw new OpenGsaError('capture-failed', obstacleText(obstacle));
  }
  setup.onPrevented(obstacle);
  return preventedCapture(obstacle);
}

type Fronts = {
  readonly http: CaptureFront | null;
  readonly socks5: CaptureFront | null;
  readonly transparent: TransparentCapture | null;
};

function joined(
  mode: CaptureFacts['mode'],
  { http, socks5, transparent }: Fronts,
  pac: PacFile,
): CaptureFronts {
  const proxies = [http, socks5].filter((front) => front !== null);
  const httpProxy = shownAddress(http);
  const proxyListeners = proxies.flatMap(({ listening }) => {
    const address = parseAddress(listening.host);
    return address === null ? [] : [{ address, port: listening.port }];
  });
  return {
    shown: () => ({
      mode,
      httpProxy,
      socks5: shownAddress(socks5),
      pacUrl: httpProxy === null ? null : `http://${httpProxy}${pacPath(pac)}`,
      transparent: transparent?.shown() ?? null,
    }),
    listeners: () => [...proxyListeners, ...(transparent?.listeners() ?? [])],
    changed: () => transparent?.changed(),
    networkChanged: () => transparent?.networkChanged(),
    transparentFacts: () => transparent?.facts() ?? null,
    acquiredAddresses: () => transparent?.acquiredAddresses() ?? null,
    async drain(graceMs) {
      // The same as a person's own patience: what still runs then is reset, never ended as if it were complete.
      const late = setTimeout(() => void Promise.all(proxies.map((front) => front.close())), graceMs);
      await Promise.all([...proxies.map((front) => front.drain()), transparent?.drain(graceMs)]);
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
