// `opengsa-edge init`: the options of a new edge, what holds where they are absent, and what to do next.
import { Command, Option } from 'commander';
import { parseAddress } from '../../protocol/address.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { EdgeConfig } from '../config.ts';
import { isEdgeName } from '../core/edge-name.ts';
import type { InitSettings } from './make-edge.ts';
import {
  configOption,
  jsonOption,
  type PlaceOptions,
  type Places,
  placesOf,
  repeated,
  stateDirOption,
} from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = PlaceOptions & {
  readonly name?: string;
  readonly organisation?: string;
  readonly microsoft: 'anchor' | 'direct';
  readonly listen?: readonly string[];
  readonly publicUrl?: readonly string[];
  readonly address?: readonly string[];
  readonly egress?: readonly string[];
  readonly json?: boolean;
};

export function initCommand(terminal: Terminal): Command {
  return new Command('init')
    .description('make the keys and the configuration of a new edge; nothing is overwritten')
    .option(
      '--name <host>',
      "the edge's host name, in its certificate and in its refusals (default: this machine's, else localhost)",
    )
    .option('--organisation <name>', 'whose edge it is; people see it (default: the host name)')
    .addOption(
      new Option(
        '--microsoft <decision>',
        'which address Entra ID, Graph, Exchange and SharePoint see: the fixed address of this edge (anchor) ' +
          "or each device's own, past the edge (direct)",
      )
        .choices(['anchor', 'direct'])
        .makeOptionMandatory(),
    )
    .option(
      '--listen <address:port>',
      'where devices connect, repeatable (default: 127.0.0.1:8443)',
      repeated,
    )
    .option('--public-url <url>', 'what devices use, repeatable (default: https://NAME:PORT)', repeated)
    .option('--address <address>', 'what devices dial where DNS does not know the name, repeatable', repeated)
    .option('--egress <address>', 'where connections to destinations leave, one per family', repeated)
    .addOption(configOption())
    .addOption(stateDirOption())
    .addOption(jsonOption())
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const places = placesOf(options, terminal);
  const settings = settingsOf(options, terminal);
  // Loaded on demand: no other command needs YAML and certificates.
  const { makeEdge } = await import('./make-edge.ts');
  const config = await makeEdge(settings, places);
  report(config, places, options.json === true, terminal);
}

function settingsOf(options: Options, terminal: Terminal): InitSettings {
  if (options.publicUrl === undefined && options.address !== undefined) {
    throw new OpenGsaError(
      'bad-usage',
      '--address belongs to --public-url: name the URL that is dialled there',
    );
  }
  const name = options.name ?? defaultName(terminal);
  return {
    name,
    organisation: options.organisation ?? name,
    microsoft: options.microsoft,
    listen: options.listen ?? ['127.0.0.1:8443'],
    urls: options.publicUrl ?? [],
    addresses: (options.address ?? []).map((text) => addressOf(text, '--address')),
    egress: egressOf(options.egress ?? []),
  };
}

/** Machines may be called anything; a certificate needs a host name. */
function defaultName({ hostName }: Terminal): string {
  const name = hostName.toLowerCase();
  return isEdgeName(name) ? name : 'localhost';
}

function egressOf(texts: readonly string[]): InitSettings['egress'] {
  const addresses = texts.map((text) => addressOf(text, '--egress'));
  const ofFamily = (isIpv6: boolean): string | null => {
    const [first, second] = addresses.filter((text) => text.includes(':') === isIpv6);
    if (second !== undefined) throw new OpenGsaError('bad-usage', '--egress takes one address per family');
    return first ?? null;
  };
  return { ipv4: ofFamily(false), ipv6: ofFamily(true) };
}

function addressOf(text: string, option: string): string {
  const address = parseAddress(text);
  if (address === null) throw new OpenGsaError('bad-usage', `${option}: ${text} is not an IP address`);
  return address.text;
}

function report(
  config: EdgeConfig,
  { config: file, stateDir }: Places,
  json: boolean,
  terminal: Terminal,
): void {
  const addresses = [config.egress.ipv4, config.egress.ipv6].filter((address) => address !== null);
  if (json) {
    const { name, organisation, microsoft } = config;
    const namedLocation = microsoft === 'anchor' ? addresses : [];
    terminal.line(JSON.stringify({ name, organisation, microsoft, config: file, stateDir, namedLocation }));
    return;
  }
  terminal.line(`Edge: ${config.name} of ${config.organisation}`);
  terminal.line(`Configuration: ${file}`);
  terminal.line(`Keys: ${stateDir} (keep ca.key and witness.jwk safe: they make devices and statements)`);
  for (const line of microsoftLines(config, addresses)) terminal.line(line);
  terminal.line('Next: opengsa-edge serve, then opengsa-edge devices add NAME --out DIR');
}

function microsoftLines({ microsoft }: EdgeConfig, addresses: readonly string[]): string[] {
  if (microsoft === 'direct') {
    return [
      "Entra ID, Graph, Exchange and SharePoint will see each device's own address: they do not pass the edge.",
    ];
  }
  const see = 'Entra ID, Graph, Exchange and SharePoint will see the address of this edge.';
  return addresses.length > 0
    ? [see, `List it as a named location in Entra ID: ${addresses.join(', ')}`]
    : [see, 'List it as a named location in Entra ID, and set it as egress in the configuration.'];
}
