// A real agent of one test, with nobody to connect to: its folder, its configuration, and commands that ask it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Status, statusSchema } from '../../protocol/status.ts';
import {
  agentMain,
  createProgramGroup,
  pinnedNode,
  type Program,
  type ProgramGroup,
  type ProgramResult,
  type StartOptions,
} from './processes.ts';

/** Any free ports: several run side by side. */
export const freePorts = 'capture: { http: 127.0.0.1:0, socks5: 127.0.0.1:0 }\n';

export type LocalAgent = {
  /** Its owner ends it. */
  readonly group: ProgramGroup;
  readonly socketPath: string;
  readonly stateDir: string;
  readonly configFile: string;
  /** Writes agent.yaml for the next start. */
  readonly configure: (text: string) => void;
  /** Waits until it is ready. */
  readonly start: (options?: StartOptions) => Promise<Program>;
  /** One command of the client. */
  readonly run: (...words: string[]) => Promise<ProgramResult>;
  /** @throws Error where the command fails or says something on standard error */
  readonly status: () => Promise<Status>;
};

export function createLocalAgent(): LocalAgent {
  const group = createProgramGroup();
  const configFile = join(group.folder, 'agent.yaml');
  const run = (...words: string[]) => group.run(pinnedNode, [agentMain, ...words]);
  const configure = (text: string) => writeFileSync(configFile, text, { mode: 0o600 });
  configure(freePorts);
  return {
    group,
    socketPath: join(group.folder, 'opengsa', 'agent.sock'),
    stateDir: join(group.folder, 'state', 'opengsa'),
    configFile,
    configure,
    async start(options) {
      const program = group.start(pinnedNode, [agentMain, 'agent', '--config', configFile], options);
      await program.line(/^Ready: /);
      return program;
    },
    run,
    async status() {
      const { stdout, stderr, code } = await run('status', '--json');
      if (code !== 0 || stderr !== '') throw new Error(`opengsa status: ${code ?? 'killed'} ${stderr}`);
      return statusSchema.parse(JSON.parse(stdout));
    },
  };
}
