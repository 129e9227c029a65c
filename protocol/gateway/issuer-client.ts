// Signs a person in at an issuer: authorization code with PKCE, device code, renewal. What is said on the wire is the library's.
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientError,
  type Configuration,
  customFetch,
  discovery,
  initiateDeviceAuthorization,
  None,
  pollDeviceAuthorizationGrant,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  AuthorizationResponseError,
  ResponseBodyError,
} from 'openid-client';
import { explain, OpenGsaError } from '../error.ts';
import { createBoundedFetch } from './bounded-fetch.ts';
import { networkFault } from '../network-fault.ts';
import type { OfferedIssuer } from '../person.ts';

/** What is asked of the issuer. */
export type Asked = {
  /** Null: the token is bound by the way that it comes. */
  readonly nonce: string | null;
  /** How long ago the person may have proved who they are, in seconds; null: as long as the issuer lets them. */
  readonly maxAge: number | null;
};

export type Tokens = { readonly idToken: string; readonly refreshToken: string | null };

export type BrowserSignIn = {
  /** Where the person's browser begins. */
  readonly url: string;
  readonly state: string;
  /** @param redirected the address that the issuer sent the browser back to */
  readonly finish: (redirected: URL) => Promise<Tokens>;
};

export type DeviceCodeSignIn = {
  readonly code: string;
  readonly address: string;
  readonly expiresInS: number;
  /** Resolves when the person has entered the code somewhere. */
  readonly finish: (giveUp: AbortSignal) => Promise<Tokens>;
};

/** Each rejects with OpenGsaError: `access-denied` where the issuer says no, else `upstream-failed`. */
export type IssuerClient = {
  readonly byBrowser: (redirectUri: string, asked: Asked) => Promise<BrowserSignIn>;
  readonly byDeviceCode: (asked: Asked) => Promise<DeviceCodeSignIn>;
  readonly renew: (refreshToken: string) => Promise<Tokens>;
};

/**
 * @param ca PEM of the authorities of the issuer's certificate; null: the system's
 * @param giveUp ends every question that is under way
 */
export function createIssuerClient(
  { issuer, clientId, scopes }: OfferedIssuer,
  ca: string | null,
  giveUp: AbortSignal | null = null,
): IssuerClient {
  const ask = createBoundedFetch(ca);
  const scope = scopes.join(' ');
  const host = new URL(issuer).host;
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw faultOf(host, error);
    }
  };
  const open = (): Promise<Configuration> =>
    discovery(new URL(issuer), clientId, undefined, None(), {
      [customFetch]: (url, { method, headers, body, signal }) =>
        ask(url, { method, headers, body, signal: eitherOf(signal, giveUp) }),
    });

  return {
    byBrowser: (redirectUri, asked) =>
      guarded(async () => {
        const config = await open();
        const [state, verifier] = [randomState(), randomPKCECodeVerifier()];
        const url = buildAuthorizationUrl(config, {
          ...{ redirect_uri: redirectUri, scope, state, code_challenge_method: 'S256' },
          ...parametersOf(asked),
          code_challenge: await calculatePKCECodeChallenge(verifier),
        });
        const checks = {
          expectedState: state,
          ...(asked.nonce === null ? {} : { expectedNonce: asked.nonce }),
          pkceCodeVerifier: verifier,
        };
        return {
          url: url.href,
          state,
          finish: (redirected) =>
            guarded(async () => tokensOf(await authorizationCodeGrant(config, redirected, checks), host)),
        };
      }),
    byDeviceCode: (asked) =>
      guarded(async () => {
        const config = await open();
        const given = await initiateDeviceAuthorization(config, { scope, ...parametersOf(asked) });
        return {
          code: given.user_code,
          address: given.verification_uri,
          expiresInS: given.expires_in,
          finish: (signal) =>
            guarded(async () =>
              tokensOf(await pollDeviceAuthorizationGrant(config, given, undefined, { signal }), host),
            ),
        };
      }),
    renew: (refreshToken) =>
      guarded(async () => tokensOf(await refreshTokenGrant(await open(), refreshToken), host)),
  };
}

function eitherOf(signal: AbortSignal | undefined, other: AbortSignal | null): AbortSignal | undefined {
  if (other === null) return signal;
  return signal === undefined ? other : AbortSignal.any([signal, other]);
}

function parametersOf({ nonce, maxAge }: Asked): Record<string, string> {
  return {
    ...(nonce === null ? {} : { nonce }),
    ...(maxAge === null ? {} : { max_age: String(maxAge) }),
  };
}

function tokensOf(
  { id_token: idToken, refresh_token: refreshToken }: { id_token?: string; refresh_token?: string },
  host: string,
): Tokens {
  if (idToken === undefined) throw new OpenGsaError('upstream-failed', `${host} gave no ID token`);
  return { idToken, refreshToken: refreshToken ?? null };
}

/** No cause is kept: an answer of the issuer may hold tokens. What network and TLS say holds none, and is told. */
function faultOf(host: string, error: unknown): OpenGsaError {
  if (error instanceof OpenGsaError) return error;
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    const code = error.error;
    const why = `${host} says no: ${error.error_description ?? code}`;
    // What the issuer itself cannot do at the moment says nothing about the person.
    const isOutage = code === 'temporarily_unavailable' || code === 'server_error' || code === 'slow_down';
    return new OpenGsaError(isOutage ? 'upstream-failed' : 'access-denied', why);
  }
  const why = networkText(error) ?? (isOfLibrary(error) ? error.message : explain(error));
  return new OpenGsaError('upstream-failed', `${host} cannot be asked: ${why}`);
}

function isOfLibrary(error: unknown): error is ClientError | TypeError {
  return error instanceof ClientError || error instanceof TypeError;
}

function networkText(error: unknown): string | null {
  const fault = networkFault(error);
  return fault?.kind === 'authority' ? `${fault.text}; ${authorityRemedy}` : (fault?.text ?? null);
}

const authorityRemedy = 'name the authority: --issuer-ca when enrolling, people.ca in agent.yaml';
