// Acts on devices through the running edge, or on its store directly where none runs: the outcome is the same.
import { type Administration, createAdministration } from '../administration.ts';
import { callEdge } from '../control/client.ts';
import type { ControlMethod, ControlParams, ControlResult } from '../control/requests.ts';
import { publicEndpoints } from '../core/endpoints.ts';
import { loadCredentials } from '../credentials.ts';
import { publicWitnessKey } from '../identity/witness-key.ts';
import { loadConfig } from '../load-config.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import type { Places } from './options.ts';

/**
 * @param offline the same act on the store
 * @throws OpenGsaError as the act itself, or as reading configuration and keys
 */
export async function administer<M extends ControlMethod>(
  places: Places,
  method: M,
  params: ControlParams<M>,
  offline: (administration: Administration) => ControlResult<M> | Promise<ControlResult<M>>,
): Promise<ControlResult<M>> {
  try {
    return await callEdge(places.files.controlSocket, method, params);
  } catch (error) {
    if (!(error instanceof OpenGsaError) || error.code !== 'edge-not-running') throw error;
  }
  return withStore(places, offline);
}

async function withStore<T>(
  { config: configFile, files }: Places,
  act: (administration: Administration) => T | Promise<T>,
): Promise<T> {
  const config = loadConfig(configFile);
  const now = (): Date => new Date();
  const { authority, witness } = loadCredentials(files, config.name, now());
  const store = openSqliteStore(files.store, now().toISOString());
  try {
    return await act(
      createAdministration({
        organisation: config.organisation,
        namedLocations: config.namedLocations,
        store,
        authority,
        jwks: { keys: [publicWitnessKey(witness)] },
        endpoints: () => publicEndpoints(config, config.listen.tunnel),
        now,
      }),
    );
  } finally {
    store.close();
  }
}
