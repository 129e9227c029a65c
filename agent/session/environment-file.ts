// Proxy variables for programs that follow no desktop: in environment.d for the session, in profile files for login shells.
// Only programs that start afterwards see them.
import { constants } from 'node:fs';
import { chmod, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OpenGsaError } from '../../protocol/error.ts';
import { blockIn, withBlock, withoutBlock } from '../core/marked-block.ts';
import type { ProxyEntries } from '../core/saved-proxy.ts';
import { direct, type ProxyMeaning, type SystemProxy, unsupported } from './system-proxy.ts';

/** What login shells read; the first that exists decides for each of them. */
const profileNames = ['.profile', '.bash_profile', '.bash_login', '.zprofile'] as const;
const sessionKey = 'environment.d';
const variables = ['https_proxy', 'HTTPS_PROXY'] as const;
/** A start-up file of a person is a few kilobytes. */
const mostBytes = 1024 * 1024;

type Environment = Readonly<Record<string, string | undefined>>;

/** @param home the person's home directory */
export function createEnvironmentFiles(home: string, environment: Environment): SystemProxy {
  const configured = environment.XDG_CONFIG_HOME;
  const config = configured?.startsWith('/') === true ? configured : join(home, '.config');
  const sessionFile = join(config, 'environment.d', '60-opengsa.conf');
  const pathOf = (key: string) => (key === sessionKey ? sessionFile : join(home, key));
  return {
    kind: 'environment',
    place: `proxy variables in ${sessionFile} and the profile files in ${home}; programs that run already do not see them`,
    takesPac: false,
    async read() {
      const files = await Promise.all(
        [sessionKey, ...profileNames].map(async (key) => [key, await fileAt(pathOf(key))] as const),
      );
      return {
        ...Object.fromEntries(files.map(([key, text]) => [key, blockIn(text)])),
        exists: files.flatMap(([key, text]) => (text === null ? [] : [key])).join(' '),
        ...Object.fromEntries(variables.map((name) => [`set ${name}`, foreignVariable(environment, name)])),
      };
    },
    wish({ httpProxy }, current) {
      const exists = (current.exists ?? '').split(' ');
      const profiles = profileNames.filter((name) => exists.includes(name) || current[name] !== null);
      return {
        entries: {
          [sessionKey]: sessionLines(httpProxy),
          ...Object.fromEntries(
            (profiles.length > 0 ? profiles : ['.profile']).map((name) => [name, profileLines(httpProxy)]),
          ),
        },
        marks: [markLine],
      };
    },
    neutral: () => Object.fromEntries([sessionKey, ...profileNames].map((key) => [key, null])),
    meaning: meaningOf,
    async write(entries) {
      for (const [key, lines] of Object.entries(entries)) {
        const text = await fileAt(pathOf(key));
        await replaceFile(pathOf(key), lines === null ? withoutBlock(text) : withBlock(text, lines));
      }
      return [];
    },
  };
}

const markLine = '# Made by "opengsa session", which takes these lines away again when it ends.';
const local = 'localhost,127.0.0.1,::1';

function sessionLines(httpProxy: string): string {
  return linesOf(httpProxy, (name, value) => `${name}=${value}`);
}

function profileLines(httpProxy: string): string {
  return linesOf(httpProxy, (name, value) => `export ${name}="${value}"`);
}

function linesOf(httpProxy: string, assign: (name: string, value: string) => string): string {
  const url = `http://${httpProxy}`;
  const assignments = [
    ...variables.map((name) => assign(name, url)),
    // Both kinds of file are read for one shell; what stood there before the first stays.
    ...['no_proxy', 'NO_PROXY'].map((name) => assign(name, `\${${name}:-${local}}`)),
    assign('OPENGSA_PROXY', url),
  ];
  return [markLine, ...assignments, ''].join('\n');
}

/** A variable that this process has by another hand than ours. */
function foreignVariable(environment: Environment, name: string): string | null {
  const value = environment[name] ?? '';
  return value === '' || value === environment.OPENGSA_PROXY ? null : value;
}

function meaningOf(entries: ProxyEntries): ProxyMeaning {
  const foreign = variables.find((name) => (entries[`set ${name}`] ?? null) !== null);
  if (foreign === undefined) return direct;
  return unsupported(
    `${foreign} is set by something else, and one proxy variable cannot lead to two proxies`,
    `take ${foreign} out of your environment and sign in anew, or use the desktop's setting: --system gnome or kde`,
  );
}

async function fileAt(path: string): Promise<string | null> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes)
      throw new OpenGsaError('bad-config', `${path} is larger than 1 MiB; it is left as it is`);
    // One character per byte: what is no UTF-8 comes back as it was.
    return await readFile(path, 'latin1');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    if (cause instanceof OpenGsaError) throw cause;
    throw new OpenGsaError('bad-permissions', `${path} cannot be read; see to its rights`, { cause });
  }
}

/** In one step, with the rights that the file has; through a link, as dotfiles often are. */
async function replaceFile(path: string, text: string | null): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    if (text === null) {
      await rm(target, { force: true });
      return;
    }
    const mode = await stat(target).then(
      (facts) => facts.mode & 0o777,
      () => 0o644,
    );
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const temporary = `${target}.opengsa-new`;
    await rm(temporary, { force: true });
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await file.writeFile(text, 'latin1');
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(temporary, mode);
    await rename(temporary, target);
  } catch (cause) {
    throw new OpenGsaError('bad-permissions', `${path} cannot be written; see to its rights`, { cause });
  }
}
