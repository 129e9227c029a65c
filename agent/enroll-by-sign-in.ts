// Enrolling a device by signing in: the person at the issuer, then the edge with what the issuer says of them.
import { createIssuerClient } from '../protocol/gateway/issuer-client.ts';
import type { OfferedIssuer } from '../protocol/person.ts';
import type { Enrolled, EnrollSetup, WantedSignIn, WaysToSignIn } from './enrollment/enroll.ts';
import { signInByBrowser } from './people/browser-sign-in.ts';
import { chooseIssuer } from './people/choose-issuer.ts';
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

/** Throws OpenGsaError `access-denied` where the issuer says no, `timeout`, or what enrolling throws. */
export function enrollBySignIn(options: EnrollBySignIn): EnrollSetup['signIn'] {
  return (wanted, ways) => {
    const issuer = chooseIssuer(wanted.issuers, options.issuer);
    const show = (started: SignInStarted) => options.show(started, wanted, issuer.issuer);
    return options.how === 'browser'
      ? inBrowser(issuer, wanted, ways, show, options)
      : byCode(issuer, ways, show);
  };
}

type Show = (started: SignInStarted) => ReturnType<EnrollBySignIn['show']>;

async function byCode({ issuer }: OfferedIssuer, ways: WaysToSignIn, show: Show): Promise<Enrolled> {
  const { finish, ...told } = await ways.byCode(issuer);
  const shown = await show({ kind: 'device-code', ...told });
  return finish().finally(shown.remove);
}

async function inBrowser(
  issuer: OfferedIssuer,
  { maxAge }: WantedSignIn,
  { nonce, byToken }: WaysToSignIn,
  show: Show,
  { ca, stop }: EnrollBySignIn,
): Promise<Enrolled> {
  const over = new AbortController();
  const { url, finished } = await signInByBrowser({
    client: createIssuerClient(issuer, ca, stop),
    asked: { nonce, maxAge },
    // Nobody else knows the state by which a browser is taken for the person's: it was shown to them alone.
    isAsker: () => Promise.resolve(true),
    accept: ({ idToken }) => byToken(idToken),
    tell: {
      done: ({ bundle }) =>
        `This computer is ${bundle.device} of ${bundle.organisation}. You can close this page.`,
      failed: (cause) => `This computer is not enrolled: ${cause}`,
    },
  });
  const ended = finished(AbortSignal.any([stop, AbortSignal.timeout(longestMs), over.signal]));
  ended.catch(() => undefined);
  try {
    const shown = await show({ kind: 'browser', url });
    return await ended.finally(shown.remove);
  } finally {
    over.abort();
  }
}
