// A sign-in in the system's browser: a listener for its return, and the page that tells the person what came of it.
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { Asked, IssuerClient, Tokens } from '../../protocol/gateway/issuer-client.ts';
import { listenForRedirect, type SocketEnds } from './redirect-listener.ts';

export type BrowserSignInOptions<T> = {
  readonly client: IssuerClient;
  readonly asked: Asked;
  /** Whether it is the browser of who asked for the sign-in. */
  readonly isAsker: (browser: SocketEnds) => Promise<boolean>;
  /** Puts the sign-in in force. */
  readonly accept: (tokens: Tokens) => Promise<T>;
  /** The sentence that the person reads in the browser. */
  readonly tell: {
    readonly done: (result: T) => string;
    readonly failed: (cause: string) => string;
  };
};

export type StartedSignIn<T> = {
  readonly url: string;
  /** Resolves with what `accept` gave. Nobody is waited for after `giveUp`. */
  readonly finished: (giveUp: AbortSignal) => Promise<T>;
};

/** @throws OpenGsaError where the issuer cannot be asked, or no port can be listened on */
export async function signInByBrowser<T>({
  client,
  asked,
  isAsker,
  accept,
  tell,
}: BrowserSignInOptions<T>): Promise<StartedSignIn<T>> {
  const back = Promise.withResolvers<T>();
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
      return signedIn.then(tell.done, (error: unknown) => tell.failed(explain(error)));
    },
  });
  try {
    const browser = await client.byBrowser(listener.uri, asked);
    ({ state, finish } = browser);
    return {
      url: browser.url,
      finished: (giveUp) => {
        // Who has come back is served to the end: what is under way cannot be taken back.
        const late = () => {
          if (state !== null)
            back.reject(new OpenGsaError('timeout', 'nobody came back from the browser; try again'));
        };
        if (giveUp.aborted) late();
        giveUp.addEventListener('abort', late, { once: true });
        return back.promise.finally(listener.close);
      },
    };
  } catch (error) {
    listener.close();
    throw error;
  }
}
