// What the running edge decides by and tells devices: kept in memory, since each flow asks, and made anew at each change.
import type { Profile } from '../protocol/profile.ts';
import type { View } from '../protocol/view.ts';
import type { Audit } from './audit.ts';
import type { EdgeConfig } from './config.ts';
import type { EdgePolicy } from './core/edge-policy.ts';
import { createView } from './core/view.ts';
import { createForwarding, type Forwarding } from './forwarding.ts';
import { createNamedLocations, type NamedLocations } from './named-locations.ts';
import type { Store } from './store/store.ts';

export type LiveSettings = {
  readonly policy: () => EdgePolicy;
  readonly view: () => View;
  /** After a change of what the view tells: signalling, named locations, what is distributed. */
  readonly renewView: () => void;
  readonly forwarding: Forwarding;
  readonly namedLocations: NamedLocations;
};

export type LiveSettingsOptions = {
  readonly config: EdgeConfig;
  /** Of the files. */
  readonly profiles: readonly Profile[];
  readonly compile: (profiles: readonly Profile[]) => EdgePolicy;
  readonly store: Store;
  readonly audit: Audit;
  readonly now: () => Date;
  /** Told after each renewal: devices wait for it. */
  readonly onView: () => void;
};

export function createLiveSettings(options: LiveSettingsOptions): LiveSettings {
  const { config, store, audit, now } = options;
  const forwarding = createForwarding({
    ...{ profiles: options.profiles, store, audit, now },
    onChange: () => {
      policy = policyNow();
      renewView();
    },
  });
  const namedLocations = createNamedLocations({
    ...{ configured: config.namedLocations, store, audit, now },
    onChange: () => renewView(),
  });
  const policyNow = () =>
    options.compile(
      forwarding.profiles().map((profile) => ({ ...profile, policies: [...profile.policies] })),
    );
  const viewNow = () =>
    createView(
      { ...config, namedLocations: namedLocations.all() },
      {
        revision: store.settings.nextRevision(),
        signaling: store.settings.signaling(),
        distribution: { revision: store.distribution.distributionRevision() },
      },
    );
  const renewView = (): void => {
    view = viewNow();
    options.onView();
  };
  let policy = policyNow();
  // A restart is a change too, since the configuration may differ.
  store.distribution.raiseRevision(now().toISOString());
  let view = viewNow();
  return { policy: () => policy, view: () => view, renewView, forwarding, namedLocations };
}
