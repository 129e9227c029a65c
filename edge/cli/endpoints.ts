// `opengsa-edge endpoints`: a published endpoint list, compared with the running profile, and in force when approved.
import { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { callEdge } from '../control/client.ts';
import type { ControlResult } from '../control/requests.ts';
import { loadConfig } from '../load-config.ts';
import { typedPath } from '../paths.ts';
import { fetchJson } from './fetch-json.ts';
import { readJsonFile, readText } from './json-file.ts';
import { actingCommand, numberOf, type PlaceOptions, placesOf, socketOf } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = PlaceOptions & { readonly json?: boolean };
type CheckOptions = Options & { readonly profile?: string; readonly ca?: string };

export function endpointsCommand(terminal: Terminal): Command {
  return new Command('endpoints')
    .description(
      'the published endpoint list of Microsoft 365: what differs, and its approval; needs the running edge',
    )
    .helpCommand(false)
    .addCommand(
      actingCommand('check', 'show what the list would change of the running profile; it changes nothing')
        .argument(
          '[source]',
          'its JSON as a file or an https URL; default: endpointList of the configuration',
        )
        .option('--profile <profile>', 'id or name of the profile; default: the one for Microsoft 365')
        .option('--ca <file>', 'authorities that are trusted for the URL (PEM); default: the system')
        .action((source: string | undefined, options: CheckOptions) => check(source, options, terminal)),
    )
    .addCommand(
      actingCommand('list', 'show what waits for approval').action(async (options: Options) => {
        const { waiting } = await callEdge(socketOf(options, terminal), 'endpoints.list', {});
        if (options.json === true) terminal.line(JSON.stringify({ waiting }));
        else if (waiting.length === 0) terminal.line('nothing waits for approval');
        else waiting.map(waitingText).forEach(terminal.line);
      }),
    )
    .addCommand(
      actingCommand('approve', 'publish a change that was checked; devices get it as the next revision')
        .argument('<number>', 'as `endpoints check` told it')
        .action((text: string, options: Options) => approve(text, options, terminal)),
    );
}

async function check(given: string | undefined, options: CheckOptions, terminal: Terminal): Promise<void> {
  const { list, source } = await readList(given, options, terminal);
  const answer = await callEdge(socketOf(options, terminal), 'endpoints.check', {
    ...{ list, source: source.slice(0, 400), profile: options.profile ?? null, uid: terminal.uid },
  });
  if (options.json === true) {
    terminal.line(JSON.stringify(answer));
    return;
  }
  answer.lines.forEach(terminal.line);
  const { number, profile } = answer;
  if (number === null) return;
  terminal.line(`${countText(answer)} in the profile ${profile}. Nothing of it is in force.`);
  terminal.line(`To publish it: opengsa-edge endpoints approve ${number}`);
}

async function approve(text: string, options: Options, terminal: Terminal): Promise<void> {
  const params = { number: numberOf(text, 'a change'), uid: terminal.uid };
  const { revision } = await callEdge(socketOf(options, terminal), 'endpoints.approve', params);
  terminal.line(
    options.json === true
      ? JSON.stringify({ revision })
      : `The profile ${revision.profile} is in force as revision ${revision.revision}`,
  );
}

async function readList(
  given: string | undefined,
  options: CheckOptions,
  terminal: Terminal,
): Promise<{ readonly list: unknown; readonly source: string }> {
  const configured = given === undefined ? loadConfig(placesOf(options, terminal).config).endpointList : null;
  const source = given ?? configured?.url;
  if (source === undefined) {
    throw new OpenGsaError('bad-usage', 'name the list as a file or URL, or set endpointList in edge.yaml');
  }
  if (!/^https?:\/\//i.test(source)) return { list: readJsonFile(source, terminal), source };
  if (!source.toLowerCase().startsWith('https://') || !URL.canParse(source)) {
    throw new OpenGsaError('bad-usage', `${source}: only an https URL is fetched`);
  }
  const typed = options.ca === undefined ? null : typedPath(options.ca, terminal.environment);
  const ca = typed ?? configured?.ca ?? null;
  return { list: await fetchJson(source, ca === null ? null : readText(ca, ca)), source };
}

function countText({ changes }: ControlResult<'endpoints.check'>): string {
  return (['added', 'removed', 'changed'] as const)
    .map((kind) => `${changes.filter((change) => change.kind === kind).length} ${kind}`)
    .join(', ');
}

function waitingText({
  number,
  profile,
  source,
  proposedAt,
}: ControlResult<'endpoints.list'>['waiting'][number]): string {
  return `${String(number).padStart(5)}  ${proposedAt.slice(0, 16)}Z  ${profile} from ${source}`;
}
