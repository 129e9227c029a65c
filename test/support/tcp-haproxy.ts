// HAProxy in TCP mode, as it stands in front of edges and providers.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program, ProgramGroup } from './processes.ts';

/**
 * Starts it without waiting until it listens.
 *
 * @param name of its one `listen` section, and of its file
 * @param lines of that section: where it listens, where it sends
 */
export function startTcpHaproxy(
  group: ProgramGroup,
  program: string,
  name: string,
  lines: readonly string[],
): Program {
  const config = join(group.folder, `${name}.cfg`);
  writeFileSync(
    config,
    [
      'global',
      '  log stdout format raw local0',
      'defaults',
      '  mode tcp',
      '  timeout connect 5s',
      '  timeout client 1m',
      '  timeout server 1m',
      `listen ${name}`,
      ...lines.map((line) => `  ${line}`),
      '',
    ].join('\n'),
  );
  return group.start(program, ['-db', '-f', config]);
}
