// One question to the running agent, and the connection around it.
import { OpenGsaError } from '../../protocol/error.ts';
import type { ManagementResult } from '../../protocol/management.ts';
import { stateDirectory } from '../paths.ts';
import { connectToAgent, type ManagementClient } from '../management/client.ts';
import { type ClientOptions, socketOf } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Connects, lets `ask` have the connection, and ends it whatever happens. */
export async function askAgent<T>(
  options: ClientOptions,
  terminal: Terminal,
  ask: (agent: ManagementClient) => Promise<T>,
): Promise<T> {
  const agent = await connectToAgent({ socketPath: socketOf(options, terminal), program: 'opengsa' });
  try {
    return await ask(agent);
  } finally {
    agent.close();
  }
}

/** As `askAgent`, and null where no agent runs, or where it keeps another state directory than the one that was named. */
export async function askAgentIfAny<T>(
  options: ClientOptions,
  terminal: Terminal,
  ask: (agent: ManagementClient, known: ManagementResult<'profile.list'>) => T | Promise<T>,
): Promise<T | null> {
  try {
    return await askAgent(options, terminal, async (agent) => {
      const known = await agent.call('profile.list', {});
      const named = options.socket === undefined ? options.stateDir : undefined;
      if (named !== undefined && known.stateDir !== stateDirectory(named, terminal.environment)) return null;
      return ask(agent, known);
    });
  } catch (error) {
    if (error instanceof OpenGsaError && error.code === 'agent-not-running') return null;
    throw error;
  }
}
