// Where the edge's files are. Environment and arguments in, absolute paths out.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a configuration is looked for when none is named, after `edge.yaml` in the current directory. */
const systemConfig = '/etc/opengsa/edge.yaml';

/** A path that a person typed. npm runs scripts in the package's folder; INIT_CWD is where the person was. */
export function typedPath(path: string, environment: Environment = process.env): string {
  return resolve(environment.INIT_CWD ?? process.cwd(), path);
}

/** `given`, else `edge.yaml` in the current directory, else `/etc/opengsa/edge.yaml` where only that exists. */
export function configFile(given: string | undefined, environment: Environment = process.env): string {
  const here = typedPath(given ?? 'edge.yaml', environment);
  return given === undefined && !existsSync(here) && existsSync(systemConfig) ? systemConfig : here;
}

/** `given`, else `$XDG_STATE_HOME/opengsa-edge`, else `~/.local/state/opengsa-edge`. */
export function stateDirectory(given: string | undefined, environment: Environment = process.env): string {
  if (given !== undefined) return typedPath(given, environment);
  const base = environment.XDG_STATE_HOME;
  // The XDG specification: a relative path in this variable is invalid and ignored.
  return join(base?.startsWith('/') === true ? base : join(homedir(), '.local', 'state'), 'opengsa-edge');
}

export type StateFiles = ReturnType<typeof stateFiles>;

/** The files in the state directory. Each is 0600. */
export function stateFiles(stateDir: string) {
  return {
    authorityKey: join(stateDir, 'ca.key'),
    authorityCertificate: join(stateDir, 'ca.crt'),
    edgeKey: join(stateDir, 'edge.key'),
    edgeCertificate: join(stateDir, 'edge.crt'),
    witnessKey: join(stateDir, 'witness.jwk'),
    store: join(stateDir, 'edge.db'),
    controlSocket: join(stateDir, 'control.sock'),
    records: join(stateDir, 'records.db'),
    flowLog: join(stateDir, 'flows.jsonl'),
  } as const;
}
