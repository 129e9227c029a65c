// Log bundles as a person's windows get them: the agent's, or what can be collected without it.
import { OpenGsaError } from '../protocol/error.ts';
import {
  type LogBundle,
  logBundleMaxBytes,
  type LogBundlePart,
  type LogPreview,
} from '../protocol/log-bundle.ts';
import { makeBundle, previewOf } from './core/log-bundle.ts';
import type { Collected } from './core/redaction.ts';
import { collectWithoutAgent } from './logs-without-agent.ts';
import type { ManagementClient } from './management/client.ts';
import { type PersonHealthSetup, unavailable } from './person-health.ts';
import { productFacts } from './product.ts';

export type PersonLogsSetup = PersonHealthSetup & {
  /** @throws OpenGsaError where the agent cannot be asked */
  readonly client: () => ManagementClient;
};

/** @throws OpenGsaError where the agent answers and fails */
export function previewLogs(setup: PersonLogsSetup): Promise<LogPreview> {
  return byAgentOrAlone((agent) => agent.call('logs.preview', {}), previewOf, setup);
}

/**
 * @param version of the asking program
 * @throws OpenGsaError where the agent answers and fails
 */
export function collectLogs(
  wish: { readonly redact: boolean; readonly parts: readonly LogBundlePart[] },
  version: string,
  setup: PersonLogsSetup,
): Promise<LogBundle> {
  return byAgentOrAlone(
    (agent) => agent.call('logs.collect', { ...wish, parts: [...wish.parts] }),
    (collected) =>
      makeBundle(collected, {
        ...{ ...wish, maxBytes: logBundleMaxBytes, product: productFacts(version) },
        createdAt: new Date(setup.clock.now()).toISOString(),
      }),
    setup,
  );
}

/** A machine whose agent does not run is one that somebody wants to be helped with. */
async function byAgentOrAlone<T>(
  ask: (agent: ManagementClient) => Promise<T>,
  alone: (collected: Collected) => T,
  setup: PersonLogsSetup,
): Promise<T> {
  try {
    return await ask(setup.client());
  } catch (error) {
    if (!(error instanceof OpenGsaError) || !unavailable.has(error.code)) throw error;
    return alone(await collectWithoutAgent(setup));
  }
}
