// One question to the running agent, and the connection around it.
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
