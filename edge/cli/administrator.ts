// Acts on devices through the running edge, or on its store directly where none runs: the outcome is the same.
import { OpenGsaError } from '../../protocol/error.ts';
import type { Administration } from '../administration.ts';
import { callEdge } from '../control/client.ts';
import type { ControlMethod, ControlParams, ControlResult } from '../control/requests.ts';
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
  // Loaded on demand: where an edge runs, keys and store are its own business.
  const { withStore } = await import('./offline.ts');
  return withStore(places, offline);
}
