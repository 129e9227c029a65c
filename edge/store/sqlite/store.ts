// The store in a SQLite file.
import type { Store } from '../store.ts';
import { createAdministratorStore } from './administrators.ts';
import { createAuditStore } from './audit.ts';
import { openDatabase } from './database.ts';
import { createDeviceStore } from './devices.ts';
import { createDistributionStore } from './distribution.ts';
import { createForwardingStore } from './forwarding.ts';
import { createNamedLocationStore } from './named-locations.ts';
import { createInvitationStore } from './invitations.ts';
import { createSettingsStore } from './settings.ts';

/**
 * Opens the store, makes it where it does not exist (0600) and brings it to this version's shape.
 *
 * @param createdAt the time; in a fresh store signalling is enabled since then
 * @throws OpenGsaError `bad-config` where the file is no database of this program or of a later version
 */
export function openSqliteStore(file: string, createdAt: string): Store {
  const database = openDatabase(file);
  return {
    administrators: createAdministratorStore(database),
    devices: createDeviceStore(database),
    distribution: createDistributionStore(database),
    forwarding: createForwardingStore(database),
    namedLocations: createNamedLocationStore(database),
    invitations: createInvitationStore(database),
    settings: createSettingsStore(database, createdAt),
    audit: createAuditStore(database),
    changedElsewhere: database.changedElsewhere,
    transaction: database.transaction,
    close: database.close,
  };
}
