// A scripted person with a browser: one authorization-code sign-in with PKCE through an HTTP proxy.
import type { OutgoingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import {
  type Configuration,
  type FetchBody,
  None,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { OpenGsaError } from '../../protocol/error.ts';
import { type CookieJar, newCookieJar } from './cookie-jar.ts';

export type SignInRequest = {
  /** The agent's HTTP proxy, `http://address:port`. */
  readonly proxy: string;
  readonly issuer: string;
  /** PEM of the authority that the person's machine trusts for the issuer. */
  readonly authority: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  /** Sent with each request, beside what it needs. */
  readonly fields?: OutgoingHttpHeaders;
  /** Has the provider ask for consent, which it otherwise takes as given. */
  readonly consent?: boolean;
};

export type BrowserPerson = Pick<SignInRequest, 'proxy' | 'authority' | 'username' | 'password' | 'fields'>;

export type SignInResult =
  | {
      readonly kind: 'tokens';
      /** Of the ID token, and what the UserInfo endpoint says for the access token. */
      readonly claims: Readonly<Record<string, unknown>>;
      readonly userInfo: Readonly<Record<string, unknown>>;
    }
  /** The provider's answer at the redirect address. */
  | { readonly kind: 'denied'; readonly error: string; readonly description: string };

/** Registered with any port (RFC 8252 section 7.3); nothing listens there, the script stops at the redirect. */
export const redirectUri = 'http://127.0.0.1:49152/callback';
const maxHops = 10;
const requestTimeoutMs = 10_000;

/**
 * Signs in once, on connections of its own: an address holds for a connection, so an older one would go on
 * showing the address that it was opened with.
 *
 * @throws OpenGsaError `upstream-failed` or `bad-message` if the provider cannot be reached or answers oddly
 */
export async function signIn(request: SignInRequest): Promise<SignInResult> {
  return withBrowser(request, (browser) => signInBy(browser, request));
}

/**
 * The browser's part of a sign-in that another client library began: from its authorization address to the
 * provider's redirect back, whose parameters hold the code or the error.
 */
export async function authorizeInBrowser(start: URL, person: BrowserPerson): Promise<URL> {
  return withBrowser(person, (browser) => browse(browser, start, person));
}

/** One set of connections, and what goes with every request on them. */
type Browser = { readonly agent: Agent; readonly fields: OutgoingHttpHeaders };

async function withBrowser<T>(
  { authority, proxy, fields = {} }: Pick<SignInRequest, 'authority' | 'proxy' | 'fields'>,
  work: (browser: Browser) => Promise<T>,
): Promise<T> {
  const agent = new Agent({ keepAlive: true, ca: authority, proxyEnv: { HTTPS_PROXY: proxy } });
  try {
    return await work({ agent, fields });
  } finally {
    agent.destroy();
  }
}

async function signInBy(browser: Browser, request: SignInRequest): Promise<SignInResult> {
  const config = await discovery(new URL(request.issuer), request.clientId, undefined, None(), {
    [customFetch]: (url, options) => fetchBy(browser, url, options),
  });
  const secrets = { verifier: randomPKCECodeVerifier(), state: randomState(), nonce: randomNonce() };
  const start = buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile',
    code_challenge: await calculatePKCECodeChallenge(secrets.verifier),
    code_challenge_method: 'S256',
    state: secrets.state,
    nonce: secrets.nonce,
    ...(request.consent === true && { prompt: 'consent' }),
  });
  const answer = await browse(browser, start, request);
  const error = answer.searchParams.get('error');
  if (error !== null) {
    return { kind: 'denied', error, description: answer.searchParams.get('error_description') ?? '' };
  }
  return { kind: 'tokens', ...(await redeem(config, answer, secrets)) };
}

async function redeem(
  config: Configuration,
  answer: URL,
  { verifier, state, nonce }: { verifier: string; state: string; nonce: string },
): Promise<Pick<SignInResult & { kind: 'tokens' }, 'claims' | 'userInfo'>> {
  const tokens = await authorizationCodeGrant(config, answer, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new OpenGsaError('bad-message', 'the provider gave no ID token');
  return { claims, userInfo: await fetchUserInfo(config, tokens.access_token, claims.sub) };
}

/** Follows redirects and fills in forms until the provider redirects to the application. */
async function browse(browser: Browser, start: URL, request: BrowserPerson): Promise<URL> {
  const jar = newCookieJar(Date.now);
  let response = await get(browser, jar, start);
  let url = start;
  for (let hop = 0; hop < maxHops; hop++) {
    const location = response.headers.get('location');
    if (location !== null) {
      url = new URL(location, url);
      if (url.href.startsWith(redirectUri)) return url;
      response = await get(browser, jar, url);
    } else {
      const form = readForm(await response.text(), url);
      if (form.asksForPassword) {
        form.fields.set('username', request.username);
        form.fields.set('password', request.password);
      }
      url = form.action;
      response = await post(browser, jar, url, form.fields);
      if (response.status === 401) throw new OpenGsaError('access-denied', 'user name or password is wrong');
    }
  }
  throw new OpenGsaError(
    'bad-message',
    `the provider redirected more than ${maxHops} times, last to ${url.href}`,
  );
}

/** The first form of a page, with its hidden fields. */
function readForm(
  html: string,
  page: URL,
): { action: URL; fields: URLSearchParams; asksForPassword: boolean } {
  const form = /<form\b[^>]*\baction="([^"]*)"[^>]*>(.*?)<\/form>/s.exec(html);
  if (form === null) throw new OpenGsaError('bad-message', `${page.href} has no form: ${html.slice(0, 200)}`);
  const [, action = '', body = ''] = form;
  const fields = new URLSearchParams();
  for (const [input] of body.matchAll(/<input\b[^>]*\btype="hidden"[^>]*>/g)) {
    fields.set(/\bname="([^"]*)"/.exec(input)?.[1] ?? '', /\bvalue="([^"]*)"/.exec(input)?.[1] ?? '');
  }
  return { action: new URL(action, page), fields, asksForPassword: body.includes('name="password"') };
}

async function get(browser: Browser, jar: CookieJar, url: URL): Promise<Response> {
  return visit(browser, jar, url, { method: 'GET' });
}

async function post(browser: Browser, jar: CookieJar, url: URL, fields: URLSearchParams): Promise<Response> {
  return visit(browser, jar, url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: fields.toString(),
  });
}

async function visit(browser: Browser, jar: CookieJar, url: URL, options: FetchOptions): Promise<Response> {
  const cookie = jar.header(url);
  const headers = { ...options.headers, ...(cookie !== null && { cookie }) };
  const response = await fetchBy(browser, url.href, { ...options, headers });
  jar.store(url, response.headers.getSetCookie());
  return response;
}

type FetchOptions = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: FetchBody;
};

/** `fetch` on the browser's connections, without following redirects. */
async function fetchBy({ agent, fields }: Browser, url: string, options: FetchOptions): Promise<Response> {
  const body =
    options.body === null || options.body === undefined ? '' : await new Response(options.body).text();
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(url, {
      agent,
      method: options.method ?? 'GET',
      headers: { 'user-agent': 'OpenGSA scripted person', ...fields, ...options.headers },
      timeout: requestTimeoutMs,
    });
    outgoing.on('timeout', () =>
      outgoing.destroy(new OpenGsaError('timeout', `${url} did not answer in time`)),
    );
    outgoing.on('error', (cause) => {
      reject(new OpenGsaError('upstream-failed', `cannot load ${url.split('?')[0] ?? url}`, { cause }));
    });
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const headers = new Headers();
        for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
          headers.append(incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? '');
        }
        const status = incoming.statusCode ?? 0;
        resolve(
          new Response(status === 204 || status === 304 ? null : Buffer.concat(chunks), { status, headers }),
        );
      });
    });
    outgoing.end(body);
  });
}
