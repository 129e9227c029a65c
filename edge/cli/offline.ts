// Acts on the store of an edge that does not run.
import { type Administration, createAdministration } from '../administration.ts';
import { identifyProfiles, withPublished } from '../core/forwarding-changes.ts';
import { enrollmentEndpoint, publicEndpoints } from '../core/endpoints.ts';
import { type EdgeCredentials, loadCredentials } from '../credentials.ts';
import { publicWitnessKey } from '../identity/witness-key.ts';
import { loadConfig } from '../load-config.ts';
import { loadProfiles } from '../load-profiles.ts';
import { openSqliteStore } from '../store/sqlite/store.ts';
import type { Places } from './options.ts';

/** @throws OpenGsaError as the act itself, or as reading configuration and keys */
export async function withStore<T>(
  { config: configFile, files }: Places,
  act: (administration: Administration) => T | Promise<T>,
): Promise<T> {
  const config = loadConfig(configFile);
  const now = (): Date => new Date();
  // Only a device that is added needs them: others can be listed and revoked whatever became of the certificates.
  const credentials = (): EdgeCredentials => loadCredentials(files, config.name, now());
  const store = openSqliteStore(files.store, now().toISOString());
  try {
    return await act(
      createAdministration({
        organisation: config.organisation,
        lifetimeMs: config.enrollment.certificateLifetime,
        namedLocations: config.namedLocations,
        store,
        issuing: () => {
          const { authority, witness } = credentials();
          return { authority, jwks: { keys: [publicWitnessKey(witness)] } };
        },
        endpoints: () => publicEndpoints(config, config.listen),
        enrollmentAt: () => enrollmentEndpoint(config, config.listen.enrollment),
        isOpen: config.enrollment.signIn !== null,
        profileNames: () => {
          const files = identifyProfiles(loadProfiles(config.profiles));
          return withPublished(files, store.distribution.published()).map(({ name }) => name);
        },
        now,
      }),
    );
  } finally {
    store.close();
  }
}
