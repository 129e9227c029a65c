// How this system tells of its network: by events where there are any, else by being asked again and again.
import type { Clock } from '../clock.ts';
import type { NetworkState } from '../core/network-change.ts';
import type { Random } from '../random.ts';
import { linuxSource } from './source-linux.ts';
import { pollingSource } from './source-polling.ts';

export type NetworkSource = {
  /** One look at the whole state. */
  readonly read: () => Promise<NetworkState>;
  /** Calls `nudge` whenever something may have changed; what has changed is for a look to say. */
  readonly watch: (nudge: () => void) => NetworkWatch;
};

export type NetworkWatch = {
  /** Whether changes are told by events at this moment. */
  readonly isLive: () => boolean;
  /** Resolves when nothing of it is left, processes included. */
  readonly stop: () => Promise<void>;
};

export type SourceSettings = {
  readonly clock: Clock;
  readonly random: Random;
  /** Told when events cease, with the reason; polling goes on. */
  readonly onFault: (reason: string) => void;
};

/** The source for a system, by Node's name of it. */
export function networkSource(platform: NodeJS.Platform, settings: SourceSettings): NetworkSource {
  return platform === 'linux' ? linuxSource(settings) : pollingSource(settings);
}
