// A person signs in from a window: the agent begins it, and the issuer's page opens in the person's own browser.
import { OpenGsaError } from '../protocol/error.ts';
import type { LaunchFile } from './browser/launch.ts';
import type { ManagementClient } from './management/client.ts';

/**
 * Resolves when the browser has been opened; what comes of it is told there and by the status.
 *
 * @param open null where nothing could show the page
 * @throws OpenGsaError what the agent answers, or `not-found` where no browser can be opened
 */
export async function signInFromWindow(
  agent: Pick<ManagementClient, 'call'>,
  open: (address: string) => Promise<Pick<LaunchFile, 'remove'> | null>,
): Promise<void> {
  const started = await agent.call('person.sign-in', {
    ...{ how: 'browser', issuer: null },
    uid: process.getuid?.() ?? null,
  });
  if (started.kind !== 'browser')
    throw new OpenGsaError('internal', 'the agent began another way to sign in');
  const page = await open(started.url);
  if (page === null) {
    throw new OpenGsaError('not-found', 'no browser can be opened here: opengsa sign-in --device-code');
  }
  // The page is read by then, or nobody will read it. Without the agent its fault is told by the window's own state.
  void ended(agent).then(page.remove, page.remove);
}

async function ended(agent: Pick<ManagementClient, 'call'>): Promise<void> {
  while ((await agent.call('person.progress', {})).kind === 'waiting');
}
