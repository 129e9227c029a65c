// Runs the machine of obstacles against real time: asks for a captive portal while no edge can be had.
import type { DeviceBundle } from '../protocol/device-bundle.ts';
import type { Clock, Timer } from './clock.ts';
import type { AgentConfig } from './config.ts';
import { hasWayOut, type NetworkState } from './core/network-change.ts';
import {
  edgeStanding,
  initialObstacleState,
  nextObstacleState,
  type ObstacleEffect,
  type ObstacleEvent,
  obstructedLink,
} from './core/obstacle.ts';
import type { PortalCheck } from './core/portal-answer.ts';
import type { Link } from './core/status-inputs.ts';
import { type AskForPortal, portalProbe } from './network/portal-probe.ts';
import { areLocal } from './own-endpoints.ts';
import type { Random } from './random.ts';
import type { Credentials } from './tunnel/credentials.ts';

export type ObstacleWatch = {
  /** What the tunnel makes of its edges, and whether it is to have one. */
  readonly linkIs: (link: Link, isWanted: boolean) => void;
  /** The first look at the network, and each difference from then on. */
  readonly networkIs: (state: NetworkState) => void;
  /** The link as people see it. */
  readonly obstructed: (link: Link) => Link;
  readonly stop: () => void;
};

export type ObstacleWatchSettings = {
  readonly credentials: Pick<Credentials, 'bundle'>;
  readonly config: Pick<AgentConfig, 'portalCheck' | 'localAddress'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Called when a way has become free. */
  readonly tryEdge: () => void;
  readonly changed: () => void;
};

/** Devices that wait before one portal do not ask all at once. */
const spread = 0.2;

export function createObstacleWatch(settings: ObstacleWatchSettings): ObstacleWatch {
  const { credentials, config, clock, random } = settings;
  const check = portalCheckOf(config.portalCheck, credentials.bundle);
  const ask = check === null ? null : portalProbe(check, config.localAddress, clock);
  const needsNetwork = !areLocal(credentials.bundle.edges);
  let state = initialObstacleState;
  let timer: Timer | null = null;
  let out: AbortController | null = null;

  const send = (event: ObstacleEvent): void => {
    const before = state.seen;
    const step = nextObstacleState(state, event, clock.now());
    state = step.state;
    for (const effect of step.effects) perform(effect);
    if (state.seen !== before) settings.changed();
  };

  const rest = (): void => {
    timer?.cancel();
    out?.abort();
    out = null;
  };

  const perform = (effect: ObstacleEffect): void => {
    switch (effect.kind) {
      case 'ask':
        rest();
        if (ask === null) return;
        timer = clock.setTimer(
          () => void question(ask, effect.question),
          effect.afterMs * (1 - spread * random()),
        );
        return;
      case 'rest':
        rest();
        return;
      case 'try-edge':
        settings.tryEdge();
        return;
    }
  };

  const question = async (asking: AskForPortal, number: number): Promise<void> => {
    const abort = new AbortController();
    out = abort;
    const verdict = await asking(abort.signal);
    if (!abort.signal.aborted) send({ kind: 'answer', question: number, verdict });
  };

  return {
    linkIs: (link, isWanted) => send({ kind: 'edge', standing: edgeStanding(link, isWanted) }),
    networkIs: (network) => send({ kind: 'network', hasWayOut: !needsNetwork || hasWayOut(network) }),
    obstructed: (link) => obstructedLink(link, state),
    stop: rest,
  };
}

/** Null where there is nobody to ask. */
function portalCheckOf(
  wanted: AgentConfig['portalCheck'],
  { portalCheck }: DeviceBundle,
): PortalCheck | null {
  if (wanted === 'off') return null;
  if (wanted !== 'edge') return { url: wanted, addresses: [], isEdge: false };
  if (portalCheck === undefined) return null;
  return { url: portalCheck.url, addresses: portalCheck.addresses ?? [], isEdge: true };
}
