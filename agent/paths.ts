// Where the client's files are. Environment and arguments in, absolute paths out.
import { lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { chooseAgentSocket } from './core/agent-socket.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A path that a person typed. npm runs scripts in the package's folder; INIT_CWD is where the person was. */
export function typedPath(path: string, environment: Environment = process.env): string {
  return resolve(environment.INIT_CWD ?? process.cwd(), path);
}

/** `given`, else OPENGSA_STATE_DIR, else `$XDG_STATE_HOME/opengsa`, else `~/.local/state/opengsa`. */
export function stateDirectory(given: string | undefined, environment: Environment = process.env): string {
  const chosen = given ?? nonEmpty(environment.OPENGSA_STATE_DIR);
  if (chosen !== undefined) return typedPath(chosen, environment);
  const base = absolute(environment.XDG_STATE_HOME) ?? join(homedir(), '.local', 'state');
  return join(base, 'opengsa');
}

/**
 * Where an agent listens: `given`, else OPENGSA_SOCKET, else `$XDG_RUNTIME_DIR/opengsa/agent.sock`,
 * else `agent.sock` in the state directory.
 */
export function managementSocketPath(
  given: string | undefined,
  stateDir: string,
  environment: Environment = process.env,
): string {
  return namedSocket(given, environment) ?? ownSocket(stateDir, environment);
}

/**
 * Where a client finds the agent: `given`, else OPENGSA_SOCKET, else the person's own agent or the installed service,
 * whichever is there.
 *
 * @param packaged whether the asking program was installed
 */
export function agentSocketPath(
  given: string | undefined,
  stateDir: string,
  packaged: boolean,
  environment: Environment = process.env,
): string {
  const places = {
    named: namedSocket(given, environment),
    own: ownSocket(stateDir, environment),
    installed: process.platform === 'linux' ? '/run/opengsa/agent.sock' : null,
  };
  return chooseAgentSocket({ ...places, packaged }, isThere);
}

/** What a person chose: `$XDG_CONFIG_HOME/opengsa`, else `~/.config/opengsa`. */
export function configDirectory(environment: Environment = process.env): string {
  return join(absolute(environment.XDG_CONFIG_HOME) ?? join(homedir(), '.config'), 'opengsa');
}

/** Short-lived files of one person's session: `$XDG_RUNTIME_DIR/opengsa`, else the state directory. */
export function runtimeDirectory(environment: Environment = process.env): string {
  const runtime = absolute(environment.XDG_RUNTIME_DIR);
  return runtime === undefined ? stateDirectory(undefined, environment) : join(runtime, 'opengsa');
}

function namedSocket(given: string | undefined, environment: Environment): string | null {
  const chosen = given ?? nonEmpty(environment.OPENGSA_SOCKET);
  return chosen === undefined ? null : typedPath(chosen, environment);
}

function ownSocket(stateDir: string, environment: Environment): string {
  const runtime = absolute(environment.XDG_RUNTIME_DIR);
  return runtime === undefined ? join(stateDir, 'agent.sock') : join(runtime, 'opengsa', 'agent.sock');
}

/** What this account may not look at is there: connecting says what is missing. */
function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

// The XDG specification: a relative path in these variables is invalid and ignored.
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
