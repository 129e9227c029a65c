// Named locations in Graph's shape: those of the configuration can be read, others are registered, changed and removed.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AdminApi, type Reply, startAdminApi } from '../../../support/admin-api.ts';

const path = '/v1.0/identity/conditionalAccess/namedLocations';
const role = 'Conditional Access Administrator';
const branch = {
  '@odata.type': '#microsoft.graph.ipNamedLocation',
  displayName: 'Branch',
  ipRanges: [
    { '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress: '198.51.100.7/24' },
    { '@odata.type': '#microsoft.graph.iPv6CidrRange', cidrAddress: '2001:db8::/32' },
  ],
};
let api: AdminApi;
beforeEach(async () => {
  api = await startAdminApi();
});
afterEach(() => api.close());

async function add(body: object = branch): Promise<Reply> {
  return api.ask('POST', path, { role, body });
}

function idOf({ body }: Reply): string {
  return (body as { id: string }).id;
}

test('a location is registered, found, changed and removed', async () => {
  const added = await add();
  expect(added).toMatchObject({
    status: 201,
    body: {
      displayName: 'Branch',
      isTrusted: false,
      createdDateTime: '2026-06-01T12:00:00.000Z',
      ipRanges: [{ cidrAddress: '198.51.100.0/24' }, { cidrAddress: '2001:db8::/32' }],
    },
  });
  const one = `${path}/${idOf(added)}`;
  const patch = { isTrusted: true, ipRanges: [{ cidrAddress: '192.0.2.0/24' }] };
  expect((await api.ask('PATCH', one, { role, body: patch })).status).toBe(204);
  const filter = encodeURIComponent("isTrusted eq true and startswith(displayName,'b')");
  expect((await api.ask('GET', `${path}?$filter=${filter}`, { role })).body).toMatchObject({
    value: [{ displayName: 'Branch', ipRanges: [{ cidrAddress: '192.0.2.0/24' }] }],
  });
  expect((await api.ask('DELETE', one, { role })).status).toBe(204);
  expect((await api.ask('GET', one, { role })).status).toBe(404);
  expect(
    api.store.audit
      .latest(4)
      .map(({ action, detail }) => `${action} ${detail}`)
      .slice(0, 3),
  ).toEqual([
    'namedLocations.remove Branch',
    'namedLocations.update Branch (trusted): 192.0.2.0/24',
    'namedLocations.add Branch: 198.51.100.0/24, 2001:db8::/32',
  ]);
});

test('while one is registered, switching signalling off must be confirmed', async () => {
  const settings = '/v1.0/networkAccess/settings/conditionalAccess';
  const body = { signalingStatus: 'disabled' };
  await add();
  expect(await api.ask('PATCH', settings, { body })).toMatchObject({
    status: 409,
    body: {
      error: { code: 'locationPoliciesRegistered', details: [{ message: 'uses the named location Branch' }] },
    },
  });
  const headers = { prefer: 'respond-async, confirm-location-impact' };
  expect(await api.ask('PATCH', settings, { body, headers })).toMatchObject({
    status: 204,
    headers: { 'preference-applied': 'confirm-location-impact' },
  });
});

test('one of the configuration is read-only and says so', async () => {
  const { body } = await api.ask('GET', path, { role: 'Security Reader' });
  expect(body).toMatchObject({
    value: [{ displayName: 'Head office', isTrusted: true, createdDateTime: null }],
  });
  const [{ id } = { id: '' }] = (body as { value: { id: string }[] }).value;
  for (const method of ['PATCH', 'DELETE']) {
    expect(await api.ask(method, `${path}/${id}`, { role, body: {} })).toMatchObject({
      status: 403,
      body: { error: { message: expect.stringContaining('is read-only here') as unknown } },
    });
  }
});

describe('refused', () => {
  test.each<[object, number, string]>([
    [{ ...branch, displayName: 'Head office' }, 409, 'a named location Head office exists'],
    [{ ...branch, displayName: '' }, 400, 'displayName: must not be empty'],
    [{ ...branch, displayName: 'a\u0000' }, 400, 'displayName: must not hold control characters'],
    [{ ...branch, ipRanges: [] }, 400, 'ipRanges'],
    [
      { ...branch, ipRanges: [{ cidrAddress: '198.51.100.0/33' }] },
      400,
      'ipRanges[0].cidrAddress: must be a range',
    ],
    [{ ...branch, more: 1 }, 400, 'more'],
    [
      {
        '@odata.type': '#microsoft.graph.countryNamedLocation',
        displayName: 'X',
        countriesAndRegions: ['DE'],
      },
      400,
      'this edge judges address ranges only',
    ],
  ])('%j', async (body, status, message) => {
    const reply = await add(body);
    expect([reply.status, reply.body]).toMatchObject([
      status,
      { error: { message: expect.stringContaining(message) as unknown } },
    ]);
    expect(api.store.namedLocations.list()).toEqual([]);
  });
});
