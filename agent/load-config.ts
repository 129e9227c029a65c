// Reads agent.yaml from disk: the text becomes a checked configuration whose paths are absolute.
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { OpenGsaError } from '../protocol/error.ts';
import { parseYamlText } from '../protocol/yaml-text.ts';
import { type AgentConfig, parseAgentConfig } from './config.ts';

/**
 * @param file the configuration file, or null for the defaults
 * @throws OpenGsaError `bad-config` (missing, not YAML, wrong value with its path) or `bad-permissions`
 */
export async function loadAgentConfig(file: string | null): Promise<AgentConfig> {
  if (file === null) return parseAgentConfig({}, 'defaults');
  const config = parseAgentConfig(parseYamlText(await readText(file), file), file);
  if (Object.keys(config.capture.socks5Users).length > 0) await refuseReadableByOthers(file);
  const absolute = (path: string | null): string | null => beside(file, path);
  const reflections = config.reflections.map((one) => ({ ...one, ca: absolute(one.ca) }));
  await Promise.all(reflections.map(({ ca }, i) => checkAuthority(ca, `${file}: reflections[${i}].ca`)));
  return {
    ...config,
    credentials: absolute(config.credentials),
    inspection: { ...config.inspection, upstreamCa: absolute(config.inspection.upstreamCa) },
    people: { ca: absolute(config.people.ca) },
    reflections,
  };
}

async function checkAuthority(path: string | null, subject: string): Promise<void> {
  if (path === null) return;
  const text = await readText(path).catch((cause: unknown) => {
    throw new OpenGsaError('bad-config', subject, { cause });
  });
  if (text.includes('-----BEGIN CERTIFICATE-----')) return;
  throw new OpenGsaError('bad-config', `${subject}: ${path} holds no certificate in PEM`);
}

function beside(file: string, path: string | null): string | null {
  return path === null ? null : resolve(dirname(file), path);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new OpenGsaError('bad-config', `${file}: cannot be read`, { cause });
  }
}

async function refuseReadableByOthers(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o077) === 0) return;
  throw new OpenGsaError(
    'bad-permissions',
    `${file}: holds passwords (capture.socks5Users) and others may read it; run chmod 600 ${file}`,
  );
}
