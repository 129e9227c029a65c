// Enrolling a device by signing in: the person at the issuer, then the edge with what the issuer says of them.
import { OpenGsaError } from '../protocol/error.ts';
import type { Enrolled, SignInToEnrol, WantedSignIn } from './enrollment/enroll.ts';
import { signInByBrowser } from './people/browser-sign-in.ts';
import { chooseIssuer } from './people/choose-issuer.ts';
import { createIssuerClient, type IssuerClient } from './people/issuer-client.ts';
import type { SignInStarted } from './people/person-desk.ts';

export type EnrollBySignIn = {
  readonly how: SignInStarted['kind'];
  /** Null: the edge's usual one. */
  readonly issuer: string | null;
  /** PEM of the authorities of the issuer's certificate; null: the system's. */
  readonly ca: string | null;
  /** Shows the person where to sign in. What it resolves with takes away what was shown. */
  readonly show: (
    started: SignInStarted,
    wanted: WantedSignIn,
    issuer: string,
  ) => Promise<{ readonly remove: () => Promise<void> }>;
  /** The person gives up. */
  readonly stop: AbortSignal;
};

/** A person may have to look for a second factor. */
const longestMs = 10 * 60_000;

/** @throws OpenGsaError `access-denied` where the issuer says no, `timeout`, or what enrolling throws */
export function enrollBySignIn(options: EnrollBySignIn): SignInToEnrol {
  return async (wanted, enrolBy) => {
    const issuer = chooseIssuer(wanted.issuers, options.issuer);
    const client = createIssuerClient(issuer, options.ca);
    const show = (started: SignInStarted) => options.show(started, wanted, issuer.issuer);
    const way = options.how === 'browser' ? inBrowser : byDeviceCode;
    const giveUp = AbortSignal.any([options.stop, AbortSignal.timeout(longestMs)]);
    try {
      return await way(client, wanted, enrolBy, show, giveUp);
    } catch (error) {
      if (options.stop.aborted) throw new OpenGsaError('access-denied', 'not enrolled: interrupted');
      throw error;
    }
  };
}

type Way = (
  client: IssuerClient,
  wanted: WantedSignIn,
  enrolBy: (idToken: string) => Promise<Enrolled>,
  show: (started: SignInStarted) => ReturnType<EnrollBySignIn['show']>,
  giveUp: AbortSignal,
) => Promise<Enrolled>;

const byDeviceCode: Way = async (client, wanted, enrolBy, show, giveUp) => {
  const { finish, ...told } = await client.byDeviceCode(wanted);
  const shown = await show({ kind: 'device-code', ...told });
  try {
    return await enrolBy((await finish(giveUp)).idToken);
  } finally {
    await shown.remove();
  }
};

const inBrowser: Way = async (client, wanted, enrolBy, show, giveUp) => {
  const over = new AbortController();
  const { url, finished } = await signInByBrowser({
    client,
    asked: wanted,
    // Nobody else knows the state by which a browser is taken for the person's: it was shown to them alone.
    isAsker: () => Promise.resolve(true),
    accept: ({ idToken }) => enrolBy(idToken),
    tell: {
      done: ({ bundle }) =>
        `This computer is ${bundle.device} of ${bundle.organisation}. You can close this page.`,
      failed: (cause) => `This computer is not enrolled: ${cause}`,
    },
  });
  const ended = finished(AbortSignal.any([giveUp, over.signal]));
  ended.catch(() => undefined);
  try {
    const shown = await show({ kind: 'browser', url });
    return await ended.finally(shown.remove);
  } finally {
    over.abort();
  }
};
