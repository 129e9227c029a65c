// The OpenID Connect provider itself: oidc-provider with Contoso's people, applications and access policy.
import { createPrivateKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  type Configuration,
  type KoaContextWithOIDC,
  Provider,
  errors,
  interactionPolicy,
} from 'oidc-provider';
import { type LocationVerdict, type NamedLocation, judgeLocation } from './conditional-access.ts';
import { memoryAdapter } from './memory-adapter.ts';
import { faultPage } from './pages.ts';
import { type Person, clientsOf } from './people.ts';
import type { ConnectionSource, Told } from './front.ts';
import { type SignIn, type SignInFault, toSignInRow } from './sign-in-log.ts';

export type ProviderOptions = {
  /** `https://host` without a port: discovery and cookies belong to it. */
  readonly issuer: string;
  readonly told: Told;
  readonly people: readonly Person[];
  readonly trustedLocation: NamedLocation;
  readonly sourceOf: (request: IncomingMessage) => ConnectionSource;
  readonly onSignIn: (row: SignIn) => void;
  readonly onFault: (error: Error) => void;
};

const hourS = 3_600;

/** A provider whose sign-ins are judged by where they come from, and logged. It starts without warnings. */
export function createProvider(options: ProviderOptions): Provider {
  const verdicts = new WeakMap<KoaContextWithOIDC, LocationVerdict>();
  const provider = new Provider(options.issuer, {
    ...storage(),
    ...looks(options),
    clients: clientsOf(options.issuer),
    findAccount: (_ctx, id) => {
      const person = options.people.find((candidate) => candidate.id === id);
      if (person === undefined) return undefined;
      const claims = { sub: id, name: person.name, preferred_username: person.username };
      return { accountId: id, claims: () => claims };
    },
    interactions: {
      policy: policyWith(options, verdicts),
      url: (_ctx, interaction) => `/sign-in/${interaction.uid}`,
    },
    loadExistingGrant: grantWhatIsAsked,
  });
  // As its documentation says for a proxy that is trusted: host, scheme and client are then what fields say.
  provider.proxy = options.told === 'forwarded';
  logSignIns(provider, options, verdicts);
  return provider;
}

/** Login, then the location, then consent: so the policy also judges a sign-in with an existing session. */
function policyWith(options: ProviderOptions, verdicts: WeakMap<KoaContextWithOIDC, LocationVerdict>) {
  const policy = interactionPolicy.base();
  const check = new interactionPolicy.Check('location', 'blocked by policy', 'access_denied', (ctx) => {
    if (ctx.oidc.session?.accountId === undefined) return interactionPolicy.Check.NO_NEED_TO_PROMPT;
    const verdict = judgeLocation(options.trustedLocation, options.sourceOf(ctx.req).address);
    verdicts.set(ctx, verdict);
    if (verdict.trusted) return interactionPolicy.Check.NO_NEED_TO_PROMPT;
    throw new errors.AccessDenied(`the policy "${verdict.policy}" blocks it: ${verdict.reason}`);
  });
  policy.add(new interactionPolicy.Prompt({ name: 'conditional_access' }, check), 1);
  // The organisation consents for its people, so nobody is asked; an explicit prompt=consent still is.
  policy.get('consent')?.checks.remove('native_client_prompt');
  return policy;
}

async function grantWhatIsAsked(ctx: KoaContextWithOIDC) {
  const { oidc } = ctx;
  const { client, session, result } = oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  if (grantId !== undefined) return oidc.provider.Grant.find(grantId);
  const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile email offline_access');
  await grant.save();
  return grant;
}

function logSignIns(
  provider: Provider,
  options: ProviderOptions,
  verdicts: WeakMap<KoaContextWithOIDC, LocationVerdict>,
): void {
  const log = (ctx: KoaContextWithOIDC, interactive: boolean, fault: SignInFault | null) => {
    const client = ctx.oidc.client;
    const accountId = ctx.oidc.session?.accountId ?? ctx.oidc.account?.accountId;
    const person = options.people.find((candidate) => candidate.id === accountId);
    options.onSignIn(
      toSignInRow({
        id: randomUUID(),
        at: new Date(),
        person: person ?? { id: '', name: '', username: '' },
        app: {
          id: client?.clientId ?? '',
          name: client?.clientName ?? '',
          native: client?.applicationType === 'native',
        },
        source: options.sourceOf(ctx.req),
        userAgent: ctx.get('user-agent'),
        interactive,
        verdict: verdicts.get(ctx) ?? null,
        fault,
      }),
    );
  };
  provider.on('authorization.success', (ctx) => log(ctx, true, null));
  provider.on('authorization.error', (ctx, error) => log(ctx, true, faultOf(error, verdicts.get(ctx))));
  provider.on('grant.success', (ctx) => {
    // The code's own sign-in has its row; a refresh is a sign-in of its own, without the person.
    if (ctx.oidc.params?.grant_type === 'refresh_token') log(ctx, false, null);
  });
  provider.on('server_error', (_ctx, error) => options.onFault(error));
}

function faultOf(error: errors.OIDCProviderError, verdict: LocationVerdict | undefined): SignInFault {
  const detail = error.error_description ?? error.message;
  if (error.error === 'access_denied' && verdict?.trusted === false) {
    return { kind: 'blocked-by-policy', detail: verdict.reason };
  }
  if (error.error === 'login_required') return { kind: 'sign-in-needed', detail };
  return { kind: 'bad-request', detail };
}

function storage(): Configuration {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const jwk = createPrivateKey(privateKey).export({ format: 'jwk' });
  return {
    adapter: memoryAdapter(Date.now),
    jwks: { keys: [{ ...jwk, kid: randomUUID(), use: 'sig', alg: 'ES256' }] },
    cookies: { keys: [randomBytes(32)] },
    ttl: {
      AccessToken: hourS,
      AuthorizationCode: 60,
      Grant: 24 * hourS,
      IdToken: hourS,
      Interaction: hourS,
      RefreshToken: 24 * hourS,
      Session: 8 * hourS,
    },
  };
}

function looks({ sourceOf }: ProviderOptions): Configuration {
  return {
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'] },
    // Native applications read the person's name from the ID token and never ask the UserInfo endpoint.
    conformIdTokenClaims: false,
    clientBasedCORS: () => false,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    renderError: (ctx, out) => {
      const address = sourceOf(ctx.req).address;
      ctx.type = 'html';
      ctx.body = faultPage(ctx.status, out.error_description ?? out.error, address).html;
    },
  };
}
