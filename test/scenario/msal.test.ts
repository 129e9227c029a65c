// Microsoft's own client library signs in through the tunnel at a provider that is not Microsoft's.
import { setGlobalProxyFromEnv } from 'node:http';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import * as msal from '@azure/msal-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Contoso, addresses, providerHost, startContoso } from '../support/contoso.ts';
import { apps } from '../support/identity-provider/people.ts';
import { type ProgramGroup, createProgramGroup } from '../support/processes.ts';
import { authorizeInBrowser, redirectUri } from '../support/sign-in.ts';

let group: ProgramGroup;
let contoso: Contoso;
let restoreProxy: () => void;
const trusted = getCACertificates('default');

beforeAll(async () => {
  group = createProgramGroup();
  contoso = await startContoso({ group });
  // The library's network is the built-in fetch: a machine's proxy setting is all that it needs.
  restoreProxy = setGlobalProxyFromEnv({ HTTPS_PROXY: contoso.proxy });
  setDefaultCACertificates([...trusted, contoso.authority]);
});
afterAll(async () => {
  restoreProxy();
  setDefaultCACertificates(trusted);
  await group.end();
});

test('MSAL signs in and refreshes silently, both logged under the workstation’s address', async () => {
  const app = newApp();
  const { answer, verifier } = await authorize(app);
  const scopes = ['openid', 'profile'];
  const result = await app.acquireTokenByCode({
    code: answer.searchParams.get('code') ?? '',
    codeVerifier: verifier,
    redirectUri,
    scopes,
  });
  expect(result.account?.username).toBe(contoso.person.username);
  expect(result.idToken).not.toBe('');

  const refreshed = await app.acquireTokenSilent({ account: result.account!, scopes, forceRefresh: true });
  expect(refreshed.fromCache).toBe(false);
  expect(refreshed.accessToken).not.toBe(result.accessToken);

  expect(contoso.signIns().slice(-2)).toMatchObject([
    { ipAddress: addresses.workstation, isInteractive: true, conditionalAccessStatus: 'success' },
    { ipAddress: addresses.workstation, isInteractive: false },
  ]);
});

test('with restoration off the provider sees the edge and denies access', async () => {
  await contoso.setRestoration('off');
  try {
    const { answer } = await authorize(newApp());
    expect(answer.searchParams.get('error')).toBe('access_denied');
    expect(contoso.signIns().at(-1)).toMatchObject({
      ipAddress: addresses.edge,
      conditionalAccessStatus: 'failure',
      status: { errorCode: 53_003 },
    });
  } finally {
    await contoso.setRestoration('on');
  }
});

function newApp(): msal.PublicClientApplication {
  return new msal.PublicClientApplication({
    auth: {
      clientId: apps.native,
      authority: contoso.issuer,
      // Without it the library asks login.microsoftonline.com about the authority first.
      knownAuthorities: [providerHost],
    },
    system: { protocolMode: msal.ProtocolMode.OIDC, loggerOptions: { loggerCallback: () => undefined } },
  });
}

/** The library begins; the scripted person does the browser's part, on connections of its own. */
async function authorize(app: msal.PublicClientApplication): Promise<{ answer: URL; verifier: string }> {
  const { verifier, challenge } = await new msal.CryptoProvider().generatePkceCodes();
  const start = await app.getAuthCodeUrl({
    redirectUri,
    scopes: ['openid', 'profile'],
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    // The library asks for offline_access, which OpenID Connect grants only on explicit consent.
    prompt: 'consent',
  });
  const answer = await authorizeInBrowser(new URL(start), { ...contoso, ...contoso.person });
  return { answer, verifier };
}
