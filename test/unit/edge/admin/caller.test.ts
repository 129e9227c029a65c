// Who calls the administration API, by the certificate of the connection: everything that must not count, and whose it is.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { collectEndpoints } from '../../../../edge/admin/resources.ts';
import { guessRates } from '../../../../edge/admin/server.ts';
import { type AdministratorRole, administratorRoles, scopesOf } from '../../../../edge/core/admin-access.ts';
import { createClientCredential, type Credential } from '../../../../edge/identity/pki.ts';
import { type AdminApi, type Question, startAdminApi } from '../../../support/admin-api.ts';
import { expectFault, expectStrangers, pathOf } from '../../../support/admin-refusals.ts';

const settingsPath = '/v1.0/networkAccess/settings/conditionalAccess';
let api: AdminApi;

beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(() => api.close());
// What a test gets wrong is forgotten in the next.
beforeEach(() => (api.clock.now = new Date(api.clock.now.getTime() + 60_000)));

describe('a certificate', () => {
  const role = 'Global Secure Access Administrator';
  const month = 30 * 86_400_000;
  const make = (name: string, lifetimeMs = month, from = api.clock.now) =>
    createClientCredential({ name, lifetimeMs }, from);
  const register = (name: string, { certificate }: Credential, as: AdministratorRole = role) =>
    api.administration.administrators.addCertificate(
      { name, role: as, lifetimeMs: 2 * month, certificate },
      'uid 0',
    );
  const settingsAs = (certificate: Credential, question: Question = {}) =>
    api.ask('GET', settingsPath, { authorization: null, certificate, ...question });

  test('that is unknown, expired, not yet valid, revoked or a device’s opens no endpoint', async () => {
    const registered = await make('adele');
    register('adele', registered);
    const gone = await make('gone');
    register('gone.certificate', gone);
    api.administration.administrators.revoke('gone.certificate', 'uid 0');
    const early = await make('early', month, new Date(api.clock.now.getTime() + 9 * 86_400_000));
    register('early', early);
    const late = await make('late', 3_600_000);
    register('late.certificate', late);
    api.clock.now = new Date(api.clock.now.getTime() + 3_600_000);
    const { files } = await api.administration.addDevice('laptop', 'uid 0');
    const device = { key: files['device.key'] ?? '', certificate: files['device.crt'] ?? '' };
    const strangers = [
      [await make('adele'), /is no administrator of this edge; register it with: opengsa-edge admin certif/],
      [device, /is no administrator of this edge/],
      [late, /the client certificate or its registration has expired/],
      [early, /the client certificate is valid from 2026-06-1\d.*Z on/],
      [gone, /the client certificate was revoked/],
    ] as const;
    for (const [certificate, message] of strangers) {
      const { body } = await settingsAs(certificate);
      expect(body).toMatchObject({ error: { message: expect.stringMatching(message) as unknown } });
    }
    await expectStrangers(api, [
      ...strangers.map(([certificate]) => ({ authorization: null, certificate })),
      // A token that is wrong is not made up for by a certificate that is right.
      { authorization: 'Bearer guess', certificate: registered },
      { authorization: '', certificate: registered },
    ]);
    expect((await settingsAs(registered)).status).toBe(200);
  });

  test('has the permissions of its role, and its name in the audit log', async () => {
    const before = [api.store.settings.signaling(), api.forwarding.profiles(), api.namedLocations.all()];
    // One for each permission that any endpoint needs.
    const endpoints = new Map(collectEndpoints(api).map((endpoint) => [endpoint.needs.join(), endpoint]));
    for (const as of administratorRoles) {
      const name = `certified.${as.replaceAll(' ', '.')}`;
      const certificate = await make(name);
      register(name, certificate, as);
      for (const endpoint of endpoints.values()) {
        const question = { authorization: null, certificate, body: {} };
        const reply = await api.ask(endpoint.method, `/v1.0${pathOf(endpoint)}`, question);
        const may = endpoint.needs.some((scope) => scopesOf(as).includes(scope));
        if (!may) expectFault(reply, 403, 'Authorization_RequestDenied');
        else expect([200, 400, 404]).toContain(reply.status);
      }
      expect(api.store.audit.latest(1)).toMatchObject([
        { who: `administrator ${name}`, action: 'administration.refused' },
      ]);
    }
    expect([api.store.settings.signaling(), api.forwarding.profiles(), api.namedLocations.all()]).toEqual(
      before,
    );
  });

  test('of another administrator does not count beside a good token', async () => {
    const certificate = await make('reader');
    register('reader', certificate, 'Global Secure Access Log Reader');
    expect((await settingsAs(certificate)).status).toBe(403);
    const reply = await settingsAs(certificate, { authorization: `Bearer ${api.tokens[role]}` });
    expect(reply.status).toBe(200);
  });

  test('is not taken from the browser of a web page', async () => {
    const certificate = await make('browsing');
    register('browsing', certificate);
    for (const headers of [
      { origin: 'https://app.contoso.test' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const reply = await settingsAs(certificate, { headers });
      expectFault(reply, 401, 'InvalidAuthenticationToken');
      expect(reply.body).toMatchObject({
        error: { message: expect.stringMatching(/^a web page cannot use/) as unknown },
      });
    }
    expect((await settingsAs(certificate, { headers: { 'sec-fetch-site': 'none' } })).status).toBe(200);
  });

  test('is guessed as slowly as a token, and a right one is never locked out', async () => {
    const [right, wrong] = [await make('right'), await make('wrong')];
    register('right', right);
    for (let i = 0; i < guessRates.perAddress.burst; i += 1) {
      expect((await settingsAs(wrong)).status).toBe(401);
    }
    expectFault(await settingsAs(wrong), 429, 'TooManyRequests');
    expectFault(await settingsAs(right, { authorization: 'Bearer guess' }), 429, 'TooManyRequests');
    expect((await settingsAs(right)).status).toBe(200);
  });
});

test('who shows nothing is told both ways to be known', async () => {
  const { body } = await api.ask('GET', settingsPath, { authorization: null });
  expect(body).toMatchObject({
    error: {
      message: expect.stringMatching(
        /bearer token nor a client certificate; .*admin token and .*admin certificate/,
      ) as unknown,
    },
  });
});
