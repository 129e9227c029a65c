// The text of a YAML configuration file as a value that a schema then checks.
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { OpenGsaError } from './error.ts';

/**
 * @param file named in the error
 * @throws OpenGsaError `bad-config` with the line, for text that is not YAML or that uses aliases: a few of them can
 *   stand for a document of any size
 */
export function parseYamlText(text: string, file: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 0 }) as unknown;
  } catch (cause) {
    const line = cause instanceof YAMLParseError ? cause.linePos?.[0].line : undefined;
    const place = line === undefined ? file : `${file}:${line}`;
    throw new OpenGsaError('bad-config', `${place}: is not YAML`, { cause });
  }
}
