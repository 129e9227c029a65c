// The administration API as a caller meets it, above all a wrong one: Graph's error, nothing changed, a line in the log.
import { connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { apiVersions, type ServedEndpoint } from '../../../../edge/admin/endpoint.ts';
import { openApiDocument } from '../../../../edge/admin/openapi.ts';
import { adminBodyLimit, createAdminServer, guessRates } from '../../../../edge/admin/server.ts';
import { collectEndpoints } from '../../../../edge/admin/resources.ts';
import { administratorRoles, scopesOf } from '../../../../edge/core/admin-access.ts';
import { type AdminApi, startAdminApi } from '../../../support/admin-api.ts';
import { expectFault, expectStrangers, pathOf, standing } from '../../../support/admin-refusals.ts';

const settingsPath = '/v1.0/networkAccess/settings/conditionalAccess';
let api: AdminApi;
let endpoints: readonly ServedEndpoint[];

beforeAll(async () => {
  api = await startAdminApi();
  endpoints = collectEndpoints(api);
});
afterAll(() => api.close());
// What a test gets wrong is forgotten in the next.
beforeEach(() => (api.clock.now = new Date(api.clock.now.getTime() + 60_000)));

describe('a token', () => {
  test('that is missing, wrong, expired, revoked or of another edge opens no endpoint', async () => {
    const other = await startAdminApi();
    const lifetimeMs = 60_000;
    const role = 'Global Secure Access Administrator';
    const { administrators } = api.administration;
    const expired = administrators.add({ name: 'late', role, lifetimeMs }, 'uid 0').token;
    const revoked = administrators.add({ name: 'gone', role, lifetimeMs: 90 * 86_400_000 }, 'uid 0').token;
    administrators.revoke('gone', 'uid 0');
    api.clock.now = new Date(api.clock.now.getTime() + lifetimeMs);
    const kinds = {
      missing: null,
      empty: 'Bearer ',
      basic: 'Basic YTpi',
      wrong: 'Bearer opengsa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      expired: `Bearer ${expired}`,
      revoked: `Bearer ${revoked}`,
      'of another edge': `Bearer ${other.tokens[role]}`,
    };
    await expectStrangers(
      api,
      Object.values(kinds).map((authorization) => ({ authorization })),
    );
    await other.close();
  });

  test('of a role without the permission opens nothing; of one with it, everything that it should', async () => {
    const before = standing(api);
    for (const endpoint of endpoints) {
      for (const role of administratorRoles) {
        const may = endpoint.needs.some((scope) => scopesOf(role).includes(scope));
        const reply = await api.ask(endpoint.method, `/v1.0${pathOf(endpoint)}`, { role, body: {} });
        if (!may) expectFault(reply, 403, 'Authorization_RequestDenied');
        else expect([200, 400, 404]).toContain(reply.status);
      }
    }
    expect(standing(api)).toEqual(before);
  });

  test('is in no line of the log and in no entry of the audit log', async () => {
    const token = api.tokens['Security Reader'];
    await api.ask('PATCH', settingsPath, { authorization: `Bearer ${token}`, body: {} });
    await api.ask('POST', `/v1.0/nothing?access_token=${token}`, { authorization: `Bearer ${token}` });
    await api.ask('GET', settingsPath, { authorization: `Bearer ${token}x` });
    expect(api.logged.length).toBeGreaterThan(0);
    expect(api.logged.join('\n') + JSON.stringify(api.store.audit.latest(1000))).not.toContain(token);
  });

  test('is guessed slowly, and a right one is never locked out', async () => {
    const guess = () => api.ask('PATCH', settingsPath, { authorization: 'Bearer guess', body: {} });
    for (let i = 0; i < guessRates.perAddress.burst; i += 1) expect((await guess()).status).toBe(401);
    const written = api.store.audit.latest(1000).length;
    const reply = await guess();
    expectFault(reply, 429, 'TooManyRequests');
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(api.store.audit.latest(1000)).toHaveLength(written);
    expect((await api.ask('GET', settingsPath)).status).toBe(200);
  });
});

describe('a request that is not one', () => {
  test.each([
    ['GET', '/v1.0/users', {}, 404, 'ResourceNotFound'],
    ['POST', '/v2.0/networkAccess', {}, 404, 'ResourceNotFound'],
    ['GET', '/', {}, 404, 'ResourceNotFound'],
    ['DELETE', settingsPath, {}, 405, 'MethodNotAllowed'],
    ['PUT', settingsPath, { body: {} }, 405, 'MethodNotAllowed'],
    [
      'PATCH',
      settingsPath,
      { text: '{"signalingStatus"', headers: { 'content-type': 'application/json' } },
      400,
      'BadRequest',
    ],
    [
      'PATCH',
      settingsPath,
      { text: '{"__proto__":{}}', headers: { 'content-type': 'application/json' } },
      400,
      'BadRequest',
    ],
    ['PATCH', settingsPath, { text: '', headers: { 'content-type': 'application/json' } }, 400, 'BadRequest'],
    ['PATCH', settingsPath, {}, 400, 'BadRequest'],
    ['PATCH', settingsPath, { body: [] }, 400, 'BadRequest'],
    ['PATCH', settingsPath, { body: { signalingStatus: 'off' } }, 400, 'BadRequest'],
    ['PATCH', settingsPath, { body: { signalingStatus: 'disabled', more: 1 } }, 400, 'BadRequest'],
    [
      'PATCH',
      settingsPath,
      { text: 'signalingStatus=disabled', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'UnsupportedMediaType',
    ],
    [
      'PATCH',
      settingsPath,
      { text: '{"signalingStatus":"disabled"}', headers: { 'content-type': 'text/plain' } },
      415,
      'UnsupportedMediaType',
    ],
    ['PATCH', settingsPath, { body: 'x'.repeat(adminBodyLimit) }, 413, 'RequestEntityTooLarge'],
    ['GET', `${settingsPath}?$filter=x`, {}, 400, 'BadRequest'],
    ['GET', '/v1.0/auditLogs/directoryAudits?$filter=activityDateTime%20ge', {}, 400, 'BadRequest'],
    ['GET', '/v1.0/auditLogs/directoryAudits?$search=x', {}, 400, 'BadRequest'],
    ['GET', '/v1.0/auditLogs/directoryAudits?$top=1&$top=2', {}, 400, 'BadRequest'],
    ['GET', '/v1.0/auditLogs/directoryAudits?$skiptoken=x', {}, 400, 'BadRequest'],
    ['GET', '/v1.0/auditLogs/directoryAudits/none', {}, 404, 'ResourceNotFound'],
    ['GET', `/v1.0/auditLogs/directoryAudits/${'x'.repeat(400)}`, {}, 404, 'ResourceNotFound'],
    ['GET', '/v1.0/auditLogs/directoryAudits/%zz', {}, 400, 'BadRequest'],
  ])('%s %.60s is refused', async (method, path, question, status, code) => {
    const before = standing(api);
    const reply = await api.ask(method, path, question);
    expectFault(reply, status, code);
    expect(standing(api)).toEqual(before);
    if (method !== 'GET') {
      expect(api.store.audit.latest(1)).toMatchObject([
        {
          who: 'administrator Global.Secure.Access.Administrator',
          action: 'administration.refused',
          detail: `${method} ${path}: ${status} ${code}`,
        },
      ]);
    }
  });

  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'BadRequest'],
    [
      'a head beyond the limit',
      `GET / HTTP/1.1\r\nHost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
      431,
      'RequestHeaderFieldsTooLarge',
    ],
  ])('%s ends the connection with an error of the same form', async (_, text, status, code) => {
    const answer = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect({ host: '127.0.0.1', port: api.port, ca: api.authority }, () =>
        socket.write(text),
      );
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
      socket.on('error', reject);
      socket.on('end', () => resolve(received));
    });
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code } });
  });
});

describe('every answer', () => {
  test('has ids, the caller’s own among them where it is a plain word', async () => {
    const headers = { 'client-request-id': 'd5f1c4a0-1' };
    const named = await api.ask('GET', settingsPath, { headers });
    expect(named.headers).toMatchObject({ 'client-request-id': 'd5f1c4a0-1', 'cache-control': 'no-store' });
    const odd = await api.ask('GET', settingsPath, { headers: { 'client-request-id': 'a b' } });
    expect(odd.headers['client-request-id']).toBe(odd.headers['request-id']);
  });

  test('is the same under both versions and in any case of the path', async () => {
    for (const version of apiVersions) {
      const reply = await api.ask('GET', `/${version}/networkaccess/SETTINGS/conditionalAccess/`);
      expect(reply.body).toEqual({
        '@odata.context': `https://127.0.0.1:${api.port}/${version}/$metadata#networkAccess/settings/conditionalAccess/$entity`,
        signalingStatus: 'enabled',
      });
    }
  });
});

type Operation = {
  description: string;
  parameters: { name: string; in: string }[];
  requestBody?: object;
};

test('the OpenAPI document is public and names every endpoint with what it needs', async () => {
  const { status, body: document } = await api.ask('GET', '/openapi.json', { authorization: null });
  expect(status).toBe(200);
  expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument(endpoints))));
  expect(document).toMatchObject({
    security: [{ bearer: [] }, { certificate: [] }],
    components: { securitySchemes: { bearer: { scheme: 'bearer' }, certificate: { type: 'mutualTLS' } } },
  });
  const { paths } = document as { paths: Record<string, Record<string, Operation>> };
  for (const { method, path, needs, body } of endpoints) {
    const operation = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    expect(operation?.description).toBe(`Needs ${needs.join(' or ')}.`);
    const inPath = operation?.parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath?.map(({ name }) => name)).toEqual([...path.matchAll(/:(\w+)/g)].map(([, name]) => name));
    expect(operation?.requestBody !== undefined).toBe(body !== undefined);
  }
});

test('a port that is taken is named', async () => {
  const second = createAdminServer({
    ...api,
    listen: { address: '127.0.0.1', port: api.port },
    ...{ tls: api.tls, nowMs: Date.now, log: { info: () => undefined, error: () => undefined } },
  });
  await expect(second.listen()).rejects.toMatchObject({
    code: 'address-in-use',
    message: `cannot listen on 127.0.0.1 port ${api.port}`,
  });
  await second.close();
});
