// Makes a new edge: authority, edge certificate, witness key and a configuration with comments, all or none.
import { existsSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { parseAddress } from '../../protocol/address.ts';
import { hostOfUrl, parseHost } from '../../protocol/destination.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { type EdgeConfig, parseConfig } from '../config.ts';
import { createAuthority, issueEdgeCertificate } from '../identity/pki.ts';
import { createWitnessKey } from '../identity/witness-key.ts';
import { createPrivateDirectory, createPrivateFile, refuseNonEmptyDirectory } from '../private-files.ts';
import { configText } from './config-text.ts';
import type { Places } from './options.ts';

export type InitSettings = {
  readonly name: string;
  readonly organisation: string;
  readonly microsoft: 'anchor' | 'direct';
  readonly listen: readonly string[];
  readonly urls: readonly string[];
  readonly addresses: readonly string[];
  readonly egress: { readonly ipv4: string | null; readonly ipv6: string | null };
};

/**
 * @returns the configuration as `serve` will read it
 * @throws OpenGsaError `bad-usage` for settings that `serve` would refuse, `already-exists`
 */
export async function makeEdge(settings: InitSettings, places: Places): Promise<EdgeConfig> {
  const text = configText(settings);
  const config = readBack(text);
  refuseExisting(places);
  const removeKeys = createPrivateDirectory(places.stateDir, await makeKeys(config, settings));
  try {
    createPrivateFile(places.config, text);
  } catch (error) {
    removeKeys();
    throw error;
  }
  return config;
}

/** Before anything is written: what init writes, serve must accept. Every value is an option or a default that is accepted. */
function readBack(text: string): EdgeConfig {
  try {
    return parseConfig(parseYaml(text), 'the options give a configuration that is refused');
  } catch (error) {
    throw error instanceof OpenGsaError ? new OpenGsaError('bad-usage', error.message) : error;
  }
}

function refuseExisting({ config, stateDir }: Places): void {
  refuseNonEmptyDirectory(stateDir);
  if (existsSync(config)) throw new OpenGsaError('already-exists', `${config} exists; nothing was written`);
}

async function makeKeys(config: EdgeConfig, settings: InitSettings): Promise<Record<string, string>> {
  const now = new Date();
  const { name, organisation } = config;
  const authority = await createAuthority(organisation, now);
  const hosts = settings.urls.map((url) => hostOfUrl(new URL(url)));
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
        // Where administrators reach the API on this machine.
        '127.0.0.1',
        '::1',
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
