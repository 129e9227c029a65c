// rsyslogd as an organisation runs it: takes syslog over UDP and TCP, reads structured data itself, and writes down what it understood.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { installedProgram } from './debian-programs.ts';
import { eventually } from './eventually.ts';
import type { Program, ProgramGroup } from './processes.ts';
import { listen } from './relay-chain.ts';

export const rsyslogd = installedProgram('rsyslogd');

/** Where it listens, on loopback. `behindTls` is a second TCP port, for what ends TLS before it. */
export type RsyslogPorts = { readonly udp: number; readonly tcp: number; readonly behindTls: number };

const understood = z.object({
  /** Which of the ports it came to. */
  input: z.enum(['udp', 'tcp', 'behindTls']),
  pri: z.string(),
  time: z.string(),
  host: z.string(),
  app: z.string(),
  procid: z.string(),
  msgid: z.string(),
  msg: z.string(),
  /** Structured data as it parsed them: element, parameter, value. */
  sd: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(z.record(z.string(), z.record(z.string(), z.string()))),
});
export type UnderstoodSyslog = z.infer<typeof understood>;

/** Ports of this moment that nobody listens on. */
export async function rsyslogPorts(): Promise<RsyslogPorts> {
  const holders = [createServer(), createServer(), createServer()];
  const [udp = 0, tcp = 0, behindTls = 0] = await Promise.all(holders.map((holder) => listen(holder)));
  await Promise.all(holders.map((holder) => new Promise((done) => holder.close(done))));
  return { udp, tcp, behindTls };
}

/** Resolves when it listens. */
export async function startRsyslog(
  group: ProgramGroup,
  program: string,
  { udp, tcp, behindTls }: RsyslogPorts,
): Promise<Program> {
  const config = join(group.folder, 'rsyslog.conf');
  writeFileSync(
    config,
    [
      `global(workDirectory="${group.folder}")`,
      'module(load="imudp")',
      'module(load="imtcp")',
      'module(load="mmpstrucdata")',
      `input(type="imudp" name="udp" address="127.0.0.1" port="${udp}")`,
      `input(type="imtcp" name="tcp" address="127.0.0.1" port="${tcp}")`,
      `input(type="imtcp" name="behindTls" address="127.0.0.1" port="${behindTls}")`,
      'template(name="line" type="list" option.jsonf="on") {',
      ...(
        [
          ['input', 'inputname'],
          ['pri', 'pri'],
          ['time', 'timereported', 'dateFormat="rfc3339"'],
          ['host', 'hostname'],
          ['app', 'app-name'],
          ['procid', 'procid'],
          ['msgid', 'msgid'],
          ['msg', 'msg'],
          ['sd', '$!rfc5424-sd'],
        ] as const
      ).map(([out, name, more = '']) => `  property(outname="${out}" name="${name}" format="jsonf" ${more})`),
      '}',
      'action(type="mmpstrucdata" sd_name.lowercase="off")',
      `action(type="omfile" file="${join(group.folder, 'syslog.jsonl')}" template="line")`,
      '',
    ].join('\n'),
  );
  const started = group.start(program, ['-n', '-f', config, '-i', join(group.folder, 'rsyslogd.pid')]);
  await eventually(() => listens(behindTls)).toBe(true);
  return started;
}

/** What it understood so far, in the order in which it came. */
export function readSyslog(group: ProgramGroup): UnderstoodSyslog[] {
  const file = join(group.folder, 'syslog.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => understood.parse(JSON.parse(line)));
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.end());
  });
}
