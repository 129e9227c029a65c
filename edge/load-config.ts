// Reads edge.yaml from disk: the text becomes a checked configuration whose paths are absolute.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OpenGsaError } from '../protocol/error.ts';
import { parseYamlText } from '../protocol/yaml-text.ts';
import type { LogExport } from './exports/export-config.ts';
import { type EdgeConfig, parseConfig, type TrafficClass } from './config.ts';

/** The name of the profile that comes with the program; every other entry of `profiles` is a path. */
export const builtInProfile = 'microsoft';

/**
 * Paths in the file are relative to the file.
 *
 * @throws OpenGsaError `bad-config`: missing, not YAML (with the line), or a wrong value (with its path)
 */
export function loadConfig(file: string): EdgeConfig {
  const config = parseConfig(parseYamlText(readText(file), file), file);
  const base = dirname(file);
  const { flows } = config.log;
  return {
    ...config,
    profiles: config.profiles.map((entry) => (entry === builtInProfile ? entry : resolve(base, entry))),
    ...(config.endpointList?.ca === undefined
      ? {}
      : { endpointList: { ...config.endpointList, ca: resolve(base, config.endpointList.ca) } }),
    classes: config.classes.map((entry) => resolveFiles(entry, base)),
    people: {
      ...config.people,
      issuers: config.people.issuers.map(({ ca, ...issuer }) => ({
        ...issuer,
        ...(ca === undefined ? {} : { ca: resolve(base, ca) }),
      })),
    },
    log: {
      ...config.log,
      ...(flows === undefined || flows === '-' ? {} : { flows: resolve(base, flows) }),
      exports: config.log.exports.map((entry) => resolveExport(entry, base)),
    },
  };
}

function resolveFiles(entry: TrafficClass, base: string): TrafficClass {
  const { certificate, upstreamTls } = entry;
  return {
    ...entry,
    ...(certificate === undefined
      ? {}
      : {
          certificate: resolveIdentity(certificate, base),
        }),
    ...(typeof upstreamTls === 'object' && upstreamTls.ca !== undefined
      ? { upstreamTls: { ...upstreamTls, ca: resolve(base, upstreamTls.ca) } }
      : {}),
  };
}

function resolveExport<E extends LogExport>(entry: E, base: string): E {
  const { ca, certificate } = entry;
  return {
    ...entry,
    ...(ca === undefined ? {} : { ca: resolve(base, ca) }),
    ...(certificate === undefined ? {} : { certificate: resolveIdentity(certificate, base) }),
    ...(entry.type === 'otlp' && entry.headersFile !== undefined
      ? { headersFile: resolve(base, entry.headersFile) }
      : {}),
  };
}

function resolveIdentity(
  { certificate, key }: { readonly certificate: string; readonly key: string },
  base: string,
): { certificate: string; key: string } {
  return { certificate: resolve(base, certificate), key: resolve(base, key) };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const remedy = 'name another with --config, or make one with: opengsa-edge init';
    throw new OpenGsaError('bad-config', `${file}: cannot be read; ${remedy}`, { cause });
  }
}
