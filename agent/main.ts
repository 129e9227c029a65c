// The client's entry: the agent and the commands that talk to it.
import { processTerminal } from './cli/terminal.ts';

process.exitCode = await main();
// Sockets that linger must not keep a finished command alive.
process.exit();

async function main(): Promise<number> {
  const { runClient } = await import('./cli/program.ts');
  return runClient(process.argv.slice(2), processTerminal());
}
