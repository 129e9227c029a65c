// An issuer of sign-ins for people at devices: a real OpenID Connect provider whose keys rotate, and tokens it never made.
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type JWTPayload, SignJWT } from 'jose';
import { type Configuration, interactionPolicy, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { memoryAdapter } from './identity-provider/memory-adapter.ts';
import { signInPage } from './identity-provider/pages.ts';
import { createPki, type Pki } from './pki.ts';

export const personClient = 'opengsa';
export const megan = {
  ...{ sub: 'megan', name: 'Megan Bowen', preferred_username: 'megan@contoso.test' },
  groups: ['sales'],
};

export type IssuerKey = { readonly kid: string; readonly alg: 'ES256' | 'RS256'; readonly key: KeyObject };

export type PersonIssuer = {
  readonly url: string;
  /** PEM of the authority of its certificate. */
  readonly ca: string;
  /** Requests that came, as `METHOD /path`. */
  readonly asked: string[];
  readonly key: () => IssuerKey;
  /** From then on it signs with another key and tells of no other. */
  readonly rotate: () => void;
  /** While it is down it breaks every connection off. */
  readonly setDown: (down: boolean) => void;
  /** A token as this issuer would make it, but for `claims`; undefined leaves one out. */
  readonly mint: (claims?: JWTPayload, how?: Partial<IssuerKey>) => Promise<string>;
  /** Forgets every session and grant: nothing can be renewed. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
};

export type PersonIssuerSettings = {
  readonly pki?: Pki;
  /** How long its ID tokens live, in seconds. */
  readonly idTokenS?: number;
};

export async function startPersonIssuer(settings: PersonIssuerSettings = {}): Promise<PersonIssuer> {
  const pki = settings.pki ?? createPki();
  const asked: string[] = [];
  let key = newKey();
  let isDown = false;
  const server = createServer({ key: pki.edge.key, cert: pki.edge.cert });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  let adapter = memoryAdapter(Date.now);
  let site = siteOf(url, key, adapter, settings);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    asked.push(`${request.method ?? ''} ${(request.url ?? '').split('?')[0] ?? ''}`);
    if (isDown) response.destroy();
    else site(request, response);
  });

  return {
    url,
    ca: pki.ca.cert,
    asked,
    key: () => key,
    rotate: () => {
      key = newKey();
      site = siteOf(url, key, adapter, settings);
    },
    setDown: (down) => (isDown = down),
    forget: () => {
      adapter = memoryAdapter(Date.now);
      site = siteOf(url, key, adapter, settings);
    },
    mint: async (claims = {}, how = {}) => {
      const signer = { ...key, ...how };
      const now = Math.floor(Date.now() / 1000);
      const whole = { ...megan, iss: url, aud: personClient, iat: now, exp: now + 3600, ...claims };
      return new SignJWT(JSON.parse(JSON.stringify(whole)) as JWTPayload)
        .setProtectedHeader({ alg: signer.alg, kid: signer.kid })
        .sign(signer.key);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function newKey(): IssuerKey {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { kid: randomUUID(), alg: 'ES256', key: createPrivateKey(privateKey) };
}

type Site = (request: IncomingMessage, response: ServerResponse) => void;

function siteOf(
  url: string,
  { key, kid, alg }: IssuerKey,
  adapter: ReturnType<typeof memoryAdapter>,
  settings: PersonIssuerSettings,
): Site {
  const provider = new Provider(url, {
    ...configuration(settings),
    adapter,
    jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid, alg, use: 'sig' }] },
    loadExistingGrant: grantWhatIsAsked,
  });
  const protocol = provider.callback();
  return (request, response) => {
    const fail = (error: unknown): void => {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    };
    if (request.url?.startsWith('/sign-in/') === true) signInStep(provider, request, response).catch(fail);
    else protocol(request, response).catch(fail);
  };
}

function configuration({ idTokenS = 3600 }: PersonIssuerSettings): Configuration {
  const policy = interactionPolicy.base();
  policy.get('consent')?.checks.clear();
  const page = (ctx: KoaContextWithOIDC, body: string): void => {
    ctx.type = 'html';
    ctx.body = `<!doctype html><title>Contoso</title>${body}`;
  };
  return {
    clients: [
      {
        client_id: personClient,
        client_name: 'OpenGSA',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code'],
        redirect_uris: ['http://127.0.0.1/'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ ...megan, sub: id }) }),
    scopes: ['openid', 'offline_access', 'profile'],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'] },
    conformIdTokenClaims: false,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    interactions: { policy, url: (_ctx, { uid }) => `/sign-in/${uid}` },
    cookies: { keys: [randomBytes(32)] },
    clientBasedCORS: () => false,
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      DeviceCode: 600,
      Grant: 86_400,
      IdToken: idTokenS,
      Interaction: 3600,
      RefreshToken: 86_400,
      Session: 28_800,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: (ctx, form) =>
          page(ctx, `${form}<button form="op.deviceInputForm">Next</button>`),
        userCodeConfirmSource: (ctx, form) =>
          page(ctx, `${form}<button form="op.deviceConfirmForm">Yes</button>`),
        successSource: (ctx) => page(ctx, '<p>You are signed in at the device.</p>'),
      },
    },
    renderError: (ctx, out) => page(ctx, `<p>${out.error_description ?? out.error}</p>`),
  };
}

async function grantWhatIsAsked(ctx: KoaContextWithOIDC) {
  const { client, session, provider } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile offline_access');
  await grant.save();
  return grant;
}

async function signInStep(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  const { uid, prompt } = await provider.interactionDetails(request, response);
  if (request.method === 'POST') {
    const form = new URLSearchParams(await text(request));
    const accountId = (form.get('username') ?? '').split('@')[0] ?? '';
    await provider.interactionFinished(request, response, { [prompt.name]: { accountId } });
    return;
  }
  const { status, html } = signInPage({
    ...{ action: `/sign-in/${uid}`, app: 'OpenGSA', address: '127.0.0.1', username: '', error: null },
  });
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}

/** Whether anything listens at a loopback port. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
