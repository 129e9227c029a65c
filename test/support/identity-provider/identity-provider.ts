// Contoso's sign-in service as one thing to start: the front, the OpenID Connect provider and its pages.
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { OpenGsaError } from '../../../protocol/error.ts';
import { createAuthority, publicKeyHash } from '../pki.ts';
import { type NamedLocation, judgeLocation } from './conditional-access.ts';
import { type Page, blockedPage, consentPage, faultPage, signInPage, signedInPage } from './pages.ts';
import { type Person, apps, authenticate, signedInPath } from './people.ts';
import { createProvider } from './provider.ts';
import { type ConnectionSource, type Told, startFront } from './front.ts';
import { type SignIn, toSignInRow } from './sign-in-log.ts';

export type IdentityProviderOptions = {
  /** The host of the issuer. It is never resolved: edges are told where the provider listens. */
  readonly host: string;
  readonly listen: { readonly address: string; readonly port: number };
  readonly trustedEdges: readonly string[];
  readonly told: Told;
  readonly people: readonly Person[];
  readonly trustedLocation: NamedLocation;
  readonly onSignIn: (row: SignIn) => void;
  /** Told of each request as it came. */
  readonly onRequest?: (request: IncomingMessage) => void;
  /** One line for each fault or refusal. */
  readonly onNotice: (line: string) => void;
};

export type IdentityProvider = {
  readonly issuer: string;
  readonly port: number;
  /** PEM of the authority that clients must trust. */
  readonly authority: string;
  /** base64 SHA-256 of the server's public key, which Chromium can be told to trust for one run. */
  readonly keyHash: string;
  readonly close: () => Promise<void>;
};

const maxFormBytes = 8_192;

/** Starts it; rejects with the system's error where the address cannot be bound. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const issuer = `https://${options.host}`;
  const authority = createAuthority('Contoso Test Root CA');
  const certificate = authority.issue(options.host, { usage: 'server', names: [options.host] });
  let known: (request: IncomingMessage) => ConnectionSource | undefined = () => undefined;
  const sourceOf = (request: IncomingMessage): ConnectionSource => {
    const source = known(request);
    if (source === undefined) throw new OpenGsaError('internal', 'a connection without a source');
    return source;
  };
  const provider = createProvider({
    ...options,
    issuer,
    sourceOf,
    onFault: (error) => options.onNotice(`fault: ${error.message}`),
  });
  const site = siteOf(options, issuer, provider, sourceOf);
  const front = await startFront({
    told: options.told,
    listen: options.listen,
    trustedPeers: options.trustedEdges,
    key: certificate.key,
    certificate: certificate.cert,
    onRefused: (peer, reason) => options.onNotice(`refused ${peer}: ${reason}`),
    onRequest: site,
  });
  known = front.sourceOf;
  return {
    issuer,
    port: front.port,
    authority: authority.cert,
    keyHash: publicKeyHash(certificate.cert),
    close: front.close,
  };
}

type SourceOf = (request: IncomingMessage) => ConnectionSource;

function siteOf(
  options: IdentityProviderOptions,
  issuer: string,
  provider: Provider,
  sourceOf: SourceOf,
): RequestListener {
  const protocol = provider.callback();
  return (request, response) => {
    options.onRequest?.(request);
    // The provider spells its own addresses after the Host field, so no other host may come through.
    if (request.headers.host !== options.host) {
      response.writeHead(421).end();
      return;
    }
    const url = new URL(request.url ?? '/', issuer);
    const { address } = sourceOf(request);
    const fail = (error: unknown) => {
      options.onNotice(`fault: ${error instanceof Error ? error.message : String(error)}`);
      if (response.headersSent) response.destroy();
      else send(response, faultPage(400, 'This sign-in has ended or is not known. Start again.', address));
    };
    if (url.pathname === '/') startPortal(response);
    else if (url.pathname === signedInPath) send(response, portalResult(options, url, address));
    else if (url.pathname.startsWith('/sign-in/')) {
      signInStep(options, provider, sourceOf, request, response).catch(fail);
    } else protocol(request, response).catch(fail);
  };
}

/** The start page asks for nothing but the verdict (response type none), each time with the form. */
function startPortal(response: ServerResponse): void {
  const query = new URLSearchParams({
    client_id: apps.portal,
    response_type: 'none',
    scope: 'openid',
    prompt: 'login',
    state: randomBytes(16).toString('base64url'),
  });
  response.writeHead(303, { location: `/auth?${query.toString()}`, 'cache-control': 'no-store' }).end();
}

function portalResult(options: IdentityProviderOptions, url: URL, address: string): Page {
  const verdict = judgeLocation(options.trustedLocation, address);
  const error = url.searchParams.get('error');
  if (error === null) return signedInPage(address, verdict.policy);
  // Only what this side knows is shown: anybody can write a description into a link.
  return error === 'access_denied' && !verdict.trusted
    ? blockedPage(address, `${verdict.reason}.`)
    : faultPage(400, 'The sign-in was not completed.', address);
}

async function signInStep(
  options: IdentityProviderOptions,
  provider: Provider,
  sourceOf: SourceOf,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid, prompt, params, session } = await provider.interactionDetails(request, response);
  const source = sourceOf(request);
  const clientId = typeof params.client_id === 'string' ? params.client_id : '';
  const client = await provider.Client.find(clientId);
  const form = { action: `/sign-in/${uid}`, app: client?.clientName ?? clientId, address: source.address };
  if (prompt.name === 'consent') {
    if (request.method !== 'POST') {
      send(response, consentPage(form));
      return;
    }
    const grant = new provider.Grant({ clientId, ...(session && { accountId: session.accountId }) });
    grant.addOIDCScope('openid profile email offline_access');
    const grantId = await grant.save();
    await provider.interactionFinished(request, response, { consent: { grantId } });
    return;
  }
  if (request.method !== 'POST') {
    send(response, signInPage({ ...form, username: '', error: null }));
    return;
  }
  const fields = new URLSearchParams(await readForm(request));
  const username = fields.get('username') ?? '';
  const person = authenticate(options.people, username, fields.get('password') ?? '');
  if (person !== null) {
    await provider.interactionFinished(request, response, { login: { accountId: person.id } });
    return;
  }
  options.onSignIn(
    toSignInRow({
      id: randomUUID(),
      at: new Date(),
      person: { id: '', name: '', username },
      app: { id: clientId, name: form.app, native: client?.applicationType === 'native' },
      source,
      userAgent: request.headers['user-agent'] ?? '',
      interactive: true,
      verdict: null,
      fault: { kind: 'wrong-password', detail: null },
    }),
  );
  send(response, signInPage({ ...form, username, error: 'The user name or the password is wrong.' }));
}

async function readForm(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxFormBytes) throw new OpenGsaError('bad-message', 'the form is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, html }: Page): void {
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .end(html);
}
