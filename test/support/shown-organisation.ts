// The example organisation with real traffic, and the diagnostics window of its workstation in Chromium.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type CommandResult, runCommand } from './client-command.ts';
import { type Contoso, providerHost, startContoso } from './contoso.ts';
import { type DiagnosticsWindow, openDiagnostics } from './diagnostics-window.ts';
import { closedPort } from './origins.ts';
import {
  agentMain,
  cleanEnvironment,
  createProgramGroup,
  pinnedNode,
  type ProgramGroup,
} from './processes.ts';
import { launchBrowser } from './window-page.ts';

export type ShownOrganisation = DiagnosticsWindow & {
  readonly group: ProgramGroup;
  readonly contoso: Contoso;
  /** `host:port` of a web server that no rule names. */
  readonly direct: string;
  /** One request through the agent. */
  readonly curl: (url: string) => Promise<unknown>;
  /** One command of the client, asking this agent. */
  readonly opengsa: (...words: string[]) => Promise<CommandResult>;
  /** The facts that a command prints. @throws with what it says where it fails */
  readonly told: <T>(...words: string[]) => Promise<T>;
  readonly end: () => Promise<void>;
};

/** With one flow each that is restored, direct, and refused by the edge. */
export async function showOrganisation(): Promise<ShownOrganisation> {
  const group = createProgramGroup();
  const origin = createServer((_, response) => response.end('hello\n'));
  await once(origin.listen(0, '127.0.0.1'), 'listening');
  const direct = `127.0.0.1:${(origin.address() as AddressInfo).port}`;
  const closed = { address: '127.0.0.1', port: await closedPort() };
  const [browser, contoso] = await Promise.all([
    launchBrowser(),
    startContoso({
      group,
      classes: [{ match: 'closed.contoso.test', class: 'opaque', upstream: closed }],
      agentSettings: {
        customRules: [
          { name: 'Contoso sign-in', destinations: [providerHost], authentication: 'sign-in' },
          { name: 'Contoso', destinations: ['*.contoso.test'] },
        ],
      },
    }),
  ]);
  const through = ['-s', '-o', '/dev/null', '-m', '10', '-x', contoso.proxy];
  const curl = (url: string) =>
    group.run('/usr/bin/curl', [...through, '--cacert', contoso.authorityFile, url]);
  const words = ['ui', '--no-open', '--socket', 'agent.sock', '--state-dir', 'agent-state'];
  const link = group.start(pinnedNode, [agentMain, ...words]).line(/#k=/);
  for (const url of [`https://${providerHost}/`, `http://${direct}/`, 'https://closed.contoso.test/'])
    await curl(url);
  const opengsa = (...asked: string[]) =>
    runCommand(
      [...asked, '--socket', join(group.folder, 'agent.sock')],
      cleanEnvironment(group.folder, { INIT_CWD: group.folder }),
    );
  return {
    ...(await openDiagnostics(browser, (await link).trim())),
    ...{ group, contoso, direct, curl, opengsa },
    async told<T>(...asked: string[]) {
      const { stdout, stderr } = await opengsa(...asked, '--json');
      if (stderr !== '') throw new Error(stderr);
      return JSON.parse(stdout) as T;
    },
    async end() {
      await browser.close();
      await group.end();
      origin.close();
    },
  };
}
