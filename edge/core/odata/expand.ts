// `$expand` of OData: which related things are answered along, in the nested and in the plain form.
import { OpenGsaError } from '../../../protocol/error.ts';

/**
 * `policies($expand=policy($expand=policyRules))` and `policies/policy/policyRules` are the same three paths.
 *
 * @throws OpenGsaError `bad-message`
 */
export function parseExpand(text: string, allowed: readonly string[]): ReadonlySet<string> {
  const paths = new Set<string>();
  readList(text, '', allowed, paths);
  return paths;
}

function readList(text: string, prefix: string, allowed: readonly string[], into: Set<string>): void {
  for (const item of splitOutside(text, ',')) {
    const [, name, options] = /^\s*([A-Za-z]\w*(?:\/[A-Za-z]\w*)*)\s*(?:\(([^]*)\))?\s*$/.exec(item) ?? [];
    if (name === undefined) throw fault(`${item.trim().slice(0, 60)} is not understood`);
    const path = addPaths(name, prefix, allowed, into);
    if (options !== undefined) readOptions(options, path, allowed, into);
  }
}

function addPaths(name: string, prefix: string, allowed: readonly string[], into: Set<string>): string {
  return name.split('/').reduce((before, segment) => {
    const path = before === '' ? segment : `${before}/${segment}`;
    if (!allowed.includes(path)) {
      const known = allowed.length === 0 ? 'nothing' : allowed.join(', ');
      throw fault(`${path.slice(0, 60)} cannot be expanded here; ${known} can`);
    }
    into.add(path);
    return path;
  }, prefix);
}

function readOptions(text: string, path: string, allowed: readonly string[], into: Set<string>): void {
  for (const option of splitOutside(text, ';')) {
    const nested = /^\s*\$?expand=([^]*)$/i.exec(option)?.[1];
    if (nested === undefined) throw fault(`of ${path}, only $expand may stand in its parentheses`);
    readList(nested, path, allowed, into);
  }
}

/** Separators inside of parentheses belong to what is nested. */
function splitOutside(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0 || depth > 8) throw fault('its parentheses do not match');
    if (character === separator && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  if (depth !== 0) throw fault('its parentheses do not match');
  return [...parts, part];
}

function fault(message: string): OpenGsaError {
  return new OpenGsaError('bad-message', `$expand: ${message}`);
}
