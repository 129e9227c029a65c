// A sign-in in the system's browser: a listener for its return, and the page that tells the person what came of it.
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { IssuerClient, Tokens } from './issuer-client.ts';
import { listenForRedirect, type SocketEnds } from './redirect-listener.ts';

export type BrowserSignInOptions = {
  readonly client: IssuerClient;
  readonly nonce: string;
  /** Whether it is the browser of who asked for the sign-in. */
  readonly isAsker: (browser: SocketEnds) => Promise<boolean>;
  /** Puts the sign-in in force; resolves with the person's name. */
  readonly accept: (tokens: Tokens) => Promise<string>;
};

export type StartedSignIn = {
  readonly url: string;
  /** Resolves with the person's name. Nobody is waited for after `giveUp`. */
  readonly finished: (giveUp: AbortSignal) => Promise<string>;
};

/** @throws OpenGsaError where the issuer cannot be asked, or no port can be listened on */
export async function signInByBrowser({
  client,
  nonce,
  isAsker,
  accept,
}: BrowserSignInOptions): Promise<StartedSignIn> {
  const back = Promise.withResolvers<string>();
  back.promise.catch(() => undefined);
  let state: string | null = null;
  let finish: ((redirected: URL) => Promise<Tokens>) | null = null;
  const listener = await listenForRedirect({
    knows: (text) => state !== null && text === state,
    arrived: async (redirected, browser) => {
      if (finish === null || !(await isAsker(browser)) || state === null) return null;
      // A code is good once; the browser may ask twice.
      state = null;
      const signedIn = finish(redirected).then(accept);
      signedIn.then(back.resolve, back.reject);
      return signedIn.then(
        (name) => `You are signed in as ${name}. You can close this page.`,
        (error: unknown) => `You are not signed in: ${explain(error)}`,
      );
    },
  });
  try {
    const browser = await client.byBrowser(listener.uri, nonce);
    ({ state, finish } = browser);
    return {
      url: browser.url,
      finished: (giveUp) => {
        const late = () => back.reject(new OpenGsaError('timeout', 'nobody came back from the browser'));
        giveUp.addEventListener('abort', late, { once: true });
        return back.promise.finally(listener.close);
      },
    };
  } catch (error) {
    listener.close();
    throw error;
  }
}
