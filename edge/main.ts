// The edge's entry: the gateway and the commands that administer it.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { runtimeFault } from '../protocol/runtime-floor.ts';
import { written } from '../protocol/written.ts';

// Everything that the edge writes is for its own user, whatever the person's shell says.
process.umask(0o077);
process.exitCode = await main();
// A pipe may be slower than the program: what waits for its reader must not end with it.
await Promise.all([process.stdout, process.stderr].map(written));
// Sockets that linger must not keep a finished command alive.
process.exit();

async function main(): Promise<number> {
  const fault = runtimeFault(process.versions.node);
  if (fault !== null) {
    process.stderr.write(`opengsa-edge: ${fault}\n`);
    return 1;
  }
  // Stripping the types of every file costs 0.2 s and 28 MB at each start; the result is kept where npm keeps its tools'.
  enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/opengsa'));
  // Loaded only now: an old runtime may not even parse the rest.
  const { runEdgeProgram } = await import('./cli/program.ts');
  const { processTerminal } = await import('./cli/terminal.ts');
  return runEdgeProgram(process.argv.slice(2), processTerminal());
}
