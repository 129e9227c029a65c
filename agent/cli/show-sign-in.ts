// Shows a person where to sign in: in the browser that it opens, by an address, or by a code for any other device.
import { openAddress } from '../browser/open-address.ts';
import type { SignInStarted } from '../people/person-desk.ts';
import type { Terminal } from './terminal.ts';

/** To be called when the person has signed in, or gave up. */
export type Shown = { readonly remove: () => Promise<void> };

const nothingToRemove: Shown = { remove: () => Promise.resolve() };

/**
 * @param command that was typed, for what it is to be typed with instead
 * @param about what else a program that reads JSON has to know
 */
export async function showSignIn(
  started: SignInStarted,
  command: 'sign-in' | 'enroll',
  { json, open }: { readonly json?: true; readonly open: boolean },
  terminal: Terminal,
  about: object = {},
): Promise<Shown> {
  if (started.kind === 'device-code') {
    const minutes = Math.floor(started.expiresInS / 60);
    if (json === true) terminal.line(JSON.stringify({ event: 'device-code', ...started, ...about }));
    else {
      terminal.line(`Open ${started.address} in any browser and enter this code within ${minutes} minutes:`);
      terminal.line(`  ${started.code}`);
    }
    return nothingToRemove;
  }
  if (json === true) terminal.line(JSON.stringify({ event: 'browser', url: started.url, ...about }));
  const launched = open ? await openAddress(started.url, terminal.environment) : null;
  if (launched !== null) {
    if (json !== true)
      terminal.line(`Sign in in your browser. Where none shows up: opengsa ${command} --no-open`);
    return launched;
  }
  if (json !== true) {
    // A session is for the flows of one account; a device is for all of them.
    const who = command === 'sign-in' ? ', as the same user' : '';
    terminal.line(`Open this address in a browser of this machine${who}:`);
    terminal.line(`  ${started.url}`);
    if (open) terminal.line(`On a machine without a browser: opengsa ${command} --device-code`);
  }
  return nothingToRemove;
}
