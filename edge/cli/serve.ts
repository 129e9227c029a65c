// `opengsa-edge serve`: runs the edge in the foreground until it is told to stop.
import { Command } from 'commander';
import { loadConfig } from '../load-config.ts';
import { createLog } from '../log.ts';
import { actingCommand, type PlaceOptions, placesOf } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = PlaceOptions & { readonly json?: boolean };

export function serveCommand(terminal: Terminal): Command {
  return actingCommand(
    'serve',
    'run the edge in the foreground; SIGTERM lets open flows finish for a while, a second one does not; ' +
      'SIGHUP opens the flow log again',
  ).action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const { config: file, files } = placesOf(options, terminal);
  const config = loadConfig(file);
  // Loaded on demand: no other command needs the data plane.
  const { startEdge } = await import('../edge.ts');
  const edge = await startEdge({ config, files, log: createLog(config.log.level) });
  terminal.onHangup(edge.reopenLogs);
  const { name, pid, tunnel, enrollment, administration } = edge.status();
  const { controlSocket } = files;
  const places = tunnel.map(placeText).join(', ');
  const enrolling = enrollment === null ? '' : `; devices enrol at ${placeText(enrollment)}`;
  const administering =
    administration === null ? '' : `; administration on https://${placeText(administration)}`;
  terminal.line(
    options.json === true
      ? JSON.stringify({ event: 'ready', name, pid, tunnel, enrollment, administration, controlSocket })
      : `opengsa-edge is ready: ${name} listening on ${places}${enrolling}${administering}`,
  );
  await stopped(terminal.stop);
  await edge.stop();
}

function placeText({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
