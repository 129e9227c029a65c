// A real agent of one test, with nobody to connect to: its folder, its configuration, and commands that ask it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectToAgent, type ManagementClient } from '../../agent/management/client.ts';
import type { Status } from '../../protocol/status.ts';
import { type CommandResult, runClientIn } from './client-command.ts';
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
  /** One command of the client, run in this process: a program of its own takes half a second. */
  readonly run: (...words: string[]) => Promise<CommandResult>;
  /** One command of the client as the program that people start. */
  readonly runProgram: (...words: string[]) => Promise<ProgramResult>;
  /** One question on the management socket. */
  readonly call: ManagementClient['call'];
  readonly status: () => Promise<Status>;
};

export function createLocalAgent(): LocalAgent {
  const group = createProgramGroup();
  const configFile = join(group.folder, 'agent.yaml');
  const socketPath = join(group.folder, 'opengsa', 'agent.sock');
  const call: LocalAgent['call'] = async (method, params) => {
    const client = await connectToAgent({ socketPath, program: 'test' });
    return client.call(method, params).finally(client.close);
  };
  const configure = (text: string) => writeFileSync(configFile, text, { mode: 0o600 });
  configure(freePorts);
  return {
    group,
    socketPath,
    stateDir: join(group.folder, 'state', 'opengsa'),
    configFile,
    configure,
    async start(options) {
      const program = group.start(pinnedNode, [agentMain, 'agent', '--config', configFile], options);
      await program.line(/^Ready: /);
      return program;
    },
    run: (...words) => runClientIn(group, words),
    runProgram: (...words) => group.run(pinnedNode, [agentMain, ...words]),
    call,
    status: () => call('status.get', {}),
  };
}
