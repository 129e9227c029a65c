// `opengsa-edge init`: makes authority, edge certificate, witness key and a configuration with comments, all or none.
import { existsSync, rmSync } from 'node:fs';
import { Command, Option } from 'commander';
import { parse as parseYaml } from 'yaml';
import { parseAddress } from '../../protocol/address.ts';
import { parseHost } from '../../protocol/destination.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { type EdgeConfig, parseConfig } from '../config.ts';
import { createAuthority, issueEdgeCertificate } from '../identity/pki.ts';
import { createWitnessKey } from '../identity/witness-key.ts';
import { createPrivateDirectory, createPrivateFile, refuseNonEmptyDirectory } from '../private-files.ts';
import { configText } from './config-text.ts';
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
  readonly name: string;
  readonly organisation: string;
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
    .requiredOption('--name <host>', "the edge's host name, in its certificate and in its refusals")
    .requiredOption('--organisation <name>', 'whose edge it is; people see it')
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
  const settings = settingsOf(options);
  const text = configText(settings);
  // Read back before anything is written: what init writes, serve must accept.
  const config = parseConfig(parseYaml(text), 'the options give a configuration that is refused');
  refuseExisting(places);
  createPrivateDirectory(places.stateDir, await makeKeys(config, settings));
  try {
    createPrivateFile(places.config, text);
  } catch (error) {
    rmSync(places.stateDir, { recursive: true, force: true });
    throw error;
  }
  report(config, places, options.json === true, terminal);
}

export type InitSettings = {
  readonly name: string;
  readonly organisation: string;
  readonly microsoft: 'anchor' | 'direct';
  readonly listen: readonly string[];
  readonly urls: readonly string[];
  readonly addresses: readonly string[];
  readonly egress: { readonly ipv4: string | null; readonly ipv6: string | null };
};

function settingsOf(options: Options): InitSettings {
  if (options.publicUrl === undefined && options.address !== undefined) {
    throw new OpenGsaError(
      'bad-usage',
      '--address belongs to --public-url: name the URL that is dialled there',
    );
  }
  return {
    name: options.name,
    organisation: options.organisation,
    microsoft: options.microsoft,
    listen: options.listen ?? ['127.0.0.1:8443'],
    urls: options.publicUrl ?? [],
    addresses: (options.address ?? []).map((text) => addressOf(text, '--address')),
    egress: egressOf(options.egress ?? []),
  };
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

function refuseExisting({ config, stateDir }: Places): void {
  refuseNonEmptyDirectory(stateDir);
  if (existsSync(config)) throw new OpenGsaError('already-exists', `${config} exists; nothing was written`);
}

async function makeKeys(config: EdgeConfig, settings: InitSettings): Promise<Record<string, string>> {
  const now = new Date();
  const { name, organisation } = config;
  const authority = await createAuthority(organisation, now);
  const hosts = settings.urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
  const edge = await issueEdgeCertificate(
    authority,
    {
      name,
      organisation,
      names: hosts.filter((host) => parseHost(host)?.kind === 'name'),
      addresses: [
        ...hosts.filter((host) => parseAddress(host) !== null),
        ...settings.addresses,
        ...config.listen.tunnel
          .map(({ address }) => address)
          .filter((text) => !/^(0\.0\.0\.0|::)$/.test(text)),
      ],
    },
    now,
  );
  return {
    'ca.key': authority.key,
    'ca.crt': authority.certificate,
    'edge.key': edge.key,
    'edge.crt': edge.certificate,
    'witness.jwk': `${JSON.stringify(await createWitnessKey())}\n`,
  };
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
