// While the demo stays: the windows on its agent, a sign-in now and then, and what a person can try by hand.
import { buildAppIfStale } from '../../app/build/build-app.ts';
import { explain } from '../../protocol/error.ts';
import { type Contoso, providerHost } from '../support/contoso.ts';
import { agentMain, pinnedNode, type ProgramGroup } from '../support/processes.ts';
import type { Narrator } from './narrator.ts';

/** Often enough to watch one, seldom enough to read it. */
const signInEveryMs = 20_000;

/** Shows the windows and goes on signing in until `stop`. */
export async function stay(
  contoso: Contoso,
  group: ProgramGroup,
  narrator: Pick<Narrator, 'line'>,
  stop: AbortSignal,
): Promise<void> {
  await showWindows(group, narrator, stop);
  narrator.line(
    `  ${contoso.person.username} signs in every ${signInEveryMs / 1_000} s; see the tab Traffic.`,
  );
  await pause(signInEveryMs, stop);
  while (!stop.aborted) {
    // The person may have paused the agent or switched restoration off: that shows in the log, and is no end.
    await contoso.signIn().catch((error: unknown) => {
      if (!stop.aborted) narrator.line(`  The sign-in came to nothing: ${explain(error)}`);
    });
    await pause(signInEveryMs, stop);
  }
}

async function showWindows(
  group: ProgramGroup,
  { line }: Pick<Narrator, 'line'>,
  stop: AbortSignal,
): Promise<void> {
  await buildAppIfStale();
  const env = sessionOf(process.env);
  const ui = group.start(pinnedNode, [agentMain, 'ui', '--socket', `${group.folder}/agent.sock`], { env });
  stop.addEventListener('abort', () => ui.signal('SIGTERM'), { once: true });
  await ui.line(/^The windows stay/);
  for (const said of ui.stdout().trimEnd().split('\n')) line(`  ${said}`);
}

/** What opening the person's own browser needs of the person's session. */
function sessionOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const names = [
    'HOME',
    'DISPLAY',
    'WAYLAND_DISPLAY',
    'XAUTHORITY',
    'XDG_RUNTIME_DIR',
    'DBUS_SESSION_BUS_ADDRESS',
  ];
  const kept = names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
  const config = environment.XDG_CONFIG_HOME ?? `${environment.HOME ?? ''}/.config`;
  return { ...(Object.fromEntries(kept) as Record<string, string>), XDG_CONFIG_HOME: config };
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    }
    if (stop.aborted) done();
    else stop.addEventListener('abort', done, { once: true });
  });
}

/** Lines to print; every one with a `$` can be pasted into a shell in the checkout. */
export function keepLines(contoso: Contoso, folder: string): string[] {
  const edge = `--config ${folder}/edge.yaml --state-dir ${folder}/edge-state`;
  const agent = `--socket ${folder}/agent.sock`;
  const start = `https://${providerHost}/`;
  return [
    'Everything stays until Ctrl-C. In another terminal, in this directory:',
    '',
    '  The agent, and what it says about addresses:',
    `    $ npm run -s opengsa -- status ${agent}`,
    '  The provider through the agent, by curl:',
    `    $ curl --proxy ${contoso.proxy} --cacert ${contoso.authorityFile} ${start}.well-known/openid-configuration`,
    '  A sign-in in a browser of its own (Chromium); the page shows the address that is logged:',
    `    $ chromium --user-data-dir=${folder}/chromium --no-first-run --proxy-pac-url=${contoso.pacUrl} \\`,
    `        --ignore-certificate-errors-spki-list=${contoso.keyHash} ${start}`,
    `      user name  ${contoso.person.username}`,
    `      password   ${contoso.person.password}`,
    '  Restoration off and on, for new connections (close the browser in between):',
    `    $ npm run -s edge -- signaling disable --confirm ${edge}`,
    `    $ npm run -s edge -- signaling enable ${edge}`,
    '  The sign-in log, as it grows:',
    `    $ tail -f ${folder}/sign-ins.jsonl`,
    '',
  ];
}
