// `opengsa locations …`: the named locations that predictions are judged by. Import, remove and clear need no running agent.
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import type { KnownLocations } from '../../protocol/management.ts';
import {
  type NamedLocation,
  namedLocationsMaxBytes,
  parseNamedLocations,
} from '../../protocol/named-location.ts';
import { systemClock } from '../clock.ts';
import { type Locations, openLocations } from '../locations.ts';
import type { ManagementClient } from '../management/client.ts';
import { stateDirectory, typedPath } from '../paths.ts';
import { askAgentIfAny } from './ask-agent.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption } from './options.ts';
import { counted, dayOf, table } from './table.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & { readonly json?: true };

export function locationsCommand(terminal: Terminal): Command {
  const locations = new Command('locations')
    .description('named locations: the address ranges that your organisation knows by name')
    .helpCommand(false);
  const commands = [
    new Command('list')
      .description("list the edge's and the imported ones")
      .action((options: Options) => list(options, terminal)),
    new Command('import')
      .description("take a list in place of the one imported before: Graph's namedLocations, or our own form")
      .argument('<file>', 'the JSON file; - reads standard input')
      .action((file: string, options: Options) => importFile(file, options, terminal)),
    new Command('remove')
      .description('forget an imported one')
      .argument('<name>', 'its name')
      .action((name: string, options: Options) => remove(name, options, terminal)),
    new Command('clear')
      .description('forget all imported ones')
      .action((options: Options) => clear(options, terminal)),
  ];
  for (const command of commands) {
    command.addOption(jsonOption()).addOption(socketOption()).addOption(stateDirOption());
    locations.addCommand(command);
  }
  return locations;
}

async function list(options: Options, terminal: Terminal): Promise<void> {
  const { known } = await through(options, terminal, (agent) => agent.call('locations.list', {}), nothing);
  if (options.json === true) terminal.line(JSON.stringify(known, null, 2));
  else listText(known).forEach(terminal.line);
}

async function importFile(file: string, options: Options, terminal: Terminal): Promise<void> {
  const subject = file === '-' ? 'standard input' : file;
  const locations = parseNamedLocations(parseJson(await readBounded(file, terminal), subject), subject);
  const done = await through(
    options,
    terminal,
    (agent) => agent.call('locations.import', { locations: [...locations] }),
    (store) => store.replace(locations),
  );
  tell(importText(locations, subject), done, options, terminal);
}

async function remove(name: string, options: Options, terminal: Terminal): Promise<void> {
  const done = await through(
    options,
    terminal,
    (agent) => agent.call('locations.remove', { name }),
    (store) => store.remove(name),
  );
  tell(`Forgot ${name}.`, done, options, terminal);
}

async function clear(options: Options, terminal: Terminal): Promise<void> {
  const done = await through(
    options,
    terminal,
    (agent) => agent.call('locations.clear', {}),
    (store) => store.clear(),
  );
  tell('Forgot every imported location.', done, options, terminal);
}

type Done = { readonly known: KnownLocations; readonly inForce: boolean };

/** By the running agent, or in the files of the next one. */
async function through(
  options: Options,
  terminal: Terminal,
  ask: (agent: ManagementClient) => Promise<KnownLocations>,
  change: (store: Locations) => Promise<void>,
): Promise<Done> {
  const known = await askAgentIfAny(options, terminal, ask);
  if (known !== null) return { known, inForce: true };
  const store = await openLocations(stateDirectory(options.stateDir, terminal.environment), systemClock);
  await change(store);
  return { known: store.list([]), inForce: false };
}

const nothing = (): Promise<void> => Promise.resolve();

function tell(text: string, { known, inForce }: Done, options: Options, terminal: Terminal): void {
  if (options.json === true) terminal.line(JSON.stringify({ ...known, inForce }, null, 2));
  else terminal.line(inForce ? text : `${text} No agent runs here: the next one starts with it.`);
}

function importText(locations: readonly NamedLocation[], subject: string): string {
  const ranges = locations.reduce((sum, one) => sum + (one.kind === 'ranges' ? one.ranges.length : 0), 0);
  const unjudged = locations.filter(({ kind }) => kind !== 'ranges').map(({ name }) => name);
  const shape = `${counted(locations.length, 'location', 'locations')} with ${counted(ranges, 'range', 'ranges')}`;
  const tail =
    unjudged.length === 0
      ? ''
      : ` Kept and not judged, because they do not go by ranges: ${unjudged.join(', ')}.`;
  return `Imported ${shape} from ${subject}.${tail}`;
}

export function listText({ locations, importedAt, fault }: KnownLocations): readonly string[] {
  const lines = fault === null ? [] : [`The imported list cannot be used: ${fault}.`];
  if (locations.length === 0) return [...lines, 'No named locations are known.'];
  const columns = ['Name', 'Source', 'Trusted', 'Ranges'].map((title) => ({ title }));
  const rows = locations.map(({ source, location }) => [
    location.name,
    source === 'edge' ? 'edge' : `imported${importedAt === null ? '' : `, ${dayOf(importedAt)}`}`,
    location.kind === 'ranges' ? (location.trusted ? 'yes' : 'no') : '-',
    rangesText(location),
  ]);
  return [...lines, ...table(columns, rows)];
}

/** More would break the table; --json has all. */
const mostShown = 4;

function rangesText(location: NamedLocation): string {
  switch (location.kind) {
    case 'ranges': {
      const shown = location.ranges.slice(0, mostShown).join(', ');
      const more = location.ranges.length - mostShown;
      return more > 0 ? `${shown} and ${more} more` : shown;
    }
    case 'countries':
      return `by country, not judged: ${location.countries.join(', ')}`;
    case 'other':
      return `not by address, not judged: ${location.type}`;
  }
}

/** The text, as far as a list may be long. @throws OpenGsaError `not-found` or `bad-config` */
async function readBounded(file: string, terminal: Terminal): Promise<string> {
  if (file === '-') {
    terminal.stop.addEventListener('abort', () => terminal.input.destroy());
    return readAll(terminal.input, 'standard input');
  }
  try {
    const path = typedPath(file, terminal.environment);
    return await readAll(createReadStream(path, { end: namedLocationsMaxBytes }), file);
  } catch (cause) {
    if (cause instanceof OpenGsaError) throw cause;
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      throw new OpenGsaError('not-found', `${file}: there is no such file`);
    }
    throw new OpenGsaError('bad-config', `${file}: cannot be read`, { cause });
  }
}

async function readAll(input: Readable, subject: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > namedLocationsMaxBytes) throw tooLong(subject);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLong(file: string): OpenGsaError {
  return new OpenGsaError('bad-config', `${file}: longer than ${namedLocationsMaxBytes / 1024} KiB`);
}

function parseJson(text: string, file: string): unknown {
  try {
    // Windows tools write a byte order mark, which is no JSON.
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    throw new OpenGsaError('bad-config', `${file}: (top level): not JSON`, { cause });
  }
}
