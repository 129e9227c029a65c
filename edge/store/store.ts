// What the edge keeps. Any database can serve it.
import type { AdministratorStore } from './administrator-store.ts';
import type { AuditStore } from './audit-store.ts';
import type { DeviceStore } from './device-store.ts';
import type { DistributionStore } from './distribution-store.ts';
import type { ForwardingStore } from './forwarding-store.ts';
import type { NamedLocationStore } from './named-location-store.ts';
import type { InvitationStore } from './invitation-store.ts';
import type { SettingsStore } from './settings-store.ts';

/** Calls are synchronous and short. Each is one transaction; two processes may use one store. */
export type Store = {
  readonly administrators: AdministratorStore;
  readonly devices: DeviceStore;
  readonly distribution: DistributionStore;
  readonly forwarding: ForwardingStore;
  readonly namedLocations: NamedLocationStore;
  readonly invitations: InvitationStore;
  readonly settings: SettingsStore;
  readonly audit: AuditStore;
  /** Several calls as one: all of them are kept, or none where `work` throws. @returns what `work` returns */
  readonly transaction: <T>(work: () => T) => T;
  /** Whether another process has changed anything since this was last asked. Some microseconds: it can be asked often. */
  readonly changedElsewhere: () => boolean;
  readonly close: () => void;
};
