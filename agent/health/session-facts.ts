// What only a program in the person's session can see: its proxy settings, and what a captured name becomes for it.
import { execFile } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { explain } from '../../protocol/error.ts';
import type { SessionExpectation } from '../../protocol/health-report.ts';
import type { SessionFacts } from '../core/health-facts.ts';
import { withoutPassword } from '../core/without-password.ts';
import type { SessionReport } from '../core/session-report.ts';

const variables = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'auto_proxy'] as const;
const gsettings = '/usr/bin/gsettings';
const schema = 'org.gnome.system.proxy';
const tool = { timeout: 1_500, maxBuffer: 64 * 1024, killSignal: 'SIGKILL' } as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Never rejects.
 *
 * @param askSession what `opengsa session` says of itself; null where none runs
 */
export async function readSession(
  expected: SessionExpectation,
  environment: Environment,
  askSession: () => Promise<SessionReport | null>,
): Promise<SessionFacts> {
  const [gnome, resolved, kept] = await Promise.all([
    readGnome(environment),
    expected.captured === null ? null : addressesOf(expected.captured.name),
    askSession().catch((error: unknown) => ({ kind: 'fault' as const, fault: explain(error) })),
  ]);
  const fromEnvironment = variables.flatMap((name) => {
    const value = withoutPassword(environment[name] ?? '');
    return value === '' ? [] : [{ source: name, value }];
  });
  return { expected, resolved, kept, proxies: [...gnome, ...fromEnvironment] };
}

async function addressesOf(name: string): Promise<NonNullable<SessionFacts['resolved']>> {
  try {
    return (await lookup(name, { all: true, family: 4 })).map(({ address }) => address);
  } catch (error) {
    return { kind: 'fault', fault: explain(error) };
  }
}

/** Only where a desktop's settings can be reached: without a session bus the tool would start one. */
async function readGnome(environment: Environment): Promise<SessionFacts['proxies']> {
  if (environment.DBUS_SESSION_BUS_ADDRESS === undefined) return [];
  const ask = (...key: [string, string]): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    execFile(gsettings, ['get', ...key], { ...tool, env: { ...environment } }, (error, stdout) =>
      resolve(error === null ? stdout.trim().replaceAll(/^'|'$/g, '') : ''),
    );
    return promise;
  };
  const mode = await ask(schema, 'mode');
  if (mode === 'auto') {
    const url = withoutPassword(await ask(schema, 'autoconfig-url'));
    return [{ source: 'GNOME', value: `auto ${url}` }];
  }
  if (mode !== 'manual') return [];
  const [host, port] = await Promise.all([ask(`${schema}.https`, 'host'), ask(`${schema}.https`, 'port')]);
  return [{ source: 'GNOME', value: `manual ${host}:${port}` }];
}
