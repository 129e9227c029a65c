// An issuer that cannot be asked: what is in the way, and what to do about it.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createIssuerClient } from '../../../../protocol/gateway/issuer-client.ts';
import { type PersonIssuer, personClient, startPersonIssuer } from '../../../support/person-issuer.ts';

let issuer: PersonIssuer;
beforeAll(async () => {
  issuer = await startPersonIssuer();
});
afterAll(() => issuer.close());
afterEach(() => {
  issuer.setDown(false);
  vi.restoreAllMocks();
});

const asked = { nonce: 'n', maxAge: null };
const clientOf = (url: string, ca: string | null) =>
  createIssuerClient({ issuer: url, clientId: personClient, scopes: ['openid'] }, ca);

describe('an issuer that cannot be asked is told with its cause:', () => {
  test('nobody listens', async () => {
    await expect(clientOf('https://127.0.0.1:1', null).byDeviceCode(asked)).rejects.toMatchObject({
      code: 'upstream-failed',
      message: '127.0.0.1:1 cannot be asked: connection refused',
    });
  });

  test('nobody is known who vouches for it, and how to name one', async () => {
    const { host } = new URL(issuer.url);
    await expect(clientOf(issuer.url, null).byBrowser('http://127.0.0.1/', asked)).rejects.toMatchObject({
      code: 'upstream-failed',
      message:
        `${host} cannot be asked: its certificate is of an authority that this machine does not know; ` +
        'name the authority: --issuer-ca when enrolling, people.ca in agent.yaml',
    });
  });

  test('it breaks connections off', async () => {
    issuer.setDown(true);
    await expect(clientOf(issuer.url, issuer.ca).renew('token')).rejects.toMatchObject({
      code: 'upstream-failed',
      message: `${new URL(issuer.url).host} cannot be asked: it broke the connection off`,
    });
  });

  test('it says nothing for too long', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms === 10_000 ? 1 : ms));
    await expect(clientOf(issuer.url, issuer.ca).renew('token')).rejects.toMatchObject({
      code: 'upstream-failed',
      message: `${new URL(issuer.url).host} cannot be asked: no answer in 10 s`,
    });
  });
});

test('an issuer that says no is not one that cannot be asked', async () => {
  await expect(clientOf(issuer.url, issuer.ca).renew('token')).rejects.toMatchObject({
    code: 'access-denied',
    message: expect.stringMatching(/ says no: /) as string,
  });
});
