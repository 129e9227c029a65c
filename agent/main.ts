// The client's entry: the agent and the commands that talk to it.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { runtimeFault } from '../protocol/runtime-floor.ts';
import { written } from '../protocol/written.ts';

process.exitCode = await main();
// A pipe may be slower than the program: what waits for its reader must not end with it.
await Promise.all([process.stdout, process.stderr].map(written));
// Sockets that linger must not keep a finished command alive.
process.exit();

async function main(): Promise<number> {
  const fault = runtimeFault(process.versions.node);
  if (fault !== null) {
    process.stderr.write(`opengsa: ${fault}\n`);
    return 1;
  }
  // Stripping the types of every file costs 0.2 s and 28 MB at each start; the result is kept where npm keeps its tools'.
  enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/opengsa'));
  // Loaded only now: an old runtime may not even parse the rest.
  const { runClient } = await import('./cli/program.ts');
  const { processTerminal } = await import('./cli/terminal.ts');
  return runClient(process.argv.slice(2), processTerminal());
}
