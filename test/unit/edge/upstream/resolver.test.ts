// Names become addresses to be judged, in the resolver's order; each failure has its reason and none is an exception.
import { expect, test } from 'vitest';
import { createResolver, type Lookup, resolveBySystem } from '../../../../edge/upstream/resolver.ts';

const answering =
  (...addresses: string[]): Lookup =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

const failing =
  (code: string): Lookup =>
  () =>
    Promise.reject(Object.assign(new Error(code), { code }));

async function texts(lookup: Lookup): Promise<readonly string[]> {
  const resolution = await createResolver(lookup)('login.contoso.test');
  return resolution.kind === 'resolved' ? resolution.addresses.map(({ text }) => text) : [];
}

test('keeps both families in the order of the answer', async () => {
  const addresses = ['2001:db8::1', '192.0.2.1', '2001:db8::2'];
  expect(await texts(answering(...addresses))).toEqual(addresses);
});

test('asks for the name as it stands: no search domain of this machine is added', async () => {
  const asked: string[] = [];
  await createResolver((name) => {
    asked.push(name);
    return Promise.resolve([]);
  })('login.contoso.test');
  expect(asked).toEqual(['login.contoso.test.']);
});

test('an answer with hundreds of addresses is cut, so that judging them stays cheap', async () => {
  const many = Array.from({ length: 500 }, (_, i) => `192.0.2.${i % 256}`);
  expect(await texts(answering(...many))).toHaveLength(16);
});

test.each([
  ['ENOTFOUND', 'dns_error', 'name-not-found'],
  ['EAI_AGAIN', 'dns_timeout', 'name-lookup-timed-out'],
  ['ETIMEOUT', 'dns_timeout', 'name-lookup-timed-out'],
  ['ESERVFAIL', 'dns_error', 'name-lookup-failed'],
])('%s is %s with the reason %s', async (code, error, reason) => {
  expect(await createResolver(failing(code))('login.contoso.test')).toEqual({
    kind: 'failed',
    denial: { error, reason },
  });
});

test('an answer without a usable address is a name that is not found', async () => {
  expect(await createResolver(answering())('login.contoso.test')).toMatchObject({
    denial: { reason: 'name-not-found' },
  });
});

test.each(['nobody.invalid', `${'a'.repeat(64)}.test`, 'a b', ''])(
  'the system resolves %j to nothing',
  async (name) => {
    expect(await resolveBySystem(name)).toMatchObject({ kind: 'failed' });
  },
);
