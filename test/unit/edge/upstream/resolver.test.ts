// Names become addresses to be judged, in the resolver's order; each failure has its reason and none is an exception.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createResolver, type Lookup, resolveBySystem } from '../../../../edge/upstream/resolver.ts';
import { createProgramGroup, pinnedNode, type ProgramGroup } from '../../../support/processes.ts';

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

test.each([
  ['login.contoso.test', 'login.contoso.test'],
  ['login', 'login.'],
])(
  'asks for %s as %s: the hosts file counts, and no search domain completes a single label',
  async (name, text) => {
    const asked: string[] = [];
    await createResolver((given) => {
      asked.push(given);
      return Promise.resolve([]);
    })(name);
    expect(asked).toEqual([text]);
  },
);

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

const resolver = resolve(import.meta.dirname, '../../../../edge/upstream/resolver.ts');

let group: ProgramGroup;
beforeEach(() => {
  group = createProgramGroup();
});
afterEach(() => group.end());

// A mount namespace gives the resolver files of its own; nothing outside changes.
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

/** What `name` resolves to on a machine with these hosts and without a name server. */
async function resolved(name: string, hosts: string): Promise<unknown> {
  const at = (file: string): string => join(group.folder, file);
  writeFileSync(at('hosts'), hosts);
  writeFileSync(
    at('resolv.conf'),
    'nameserver 127.255.255.254\nsearch contoso.test\noptions timeout:1 attempts:1\n',
  );
  writeFileSync(at('nsswitch.conf'), 'hosts: files dns\n');
  const mounts = ['hosts', 'resolv.conf', 'nsswitch.conf'].map((f) => `mount --bind ${at(f)} /etc/${f}`);
  const code = `const { resolveBySystem } = await import(process.argv[1]);
    console.log(JSON.stringify(await resolveBySystem(process.argv[2])));`;
  const script = `${mounts.join(' && ')} && exec "$@"`;
  const node = [pinnedNode, '--input-type=module', '-e', code, resolver, name];
  const { stdout, stderr } = await group.run('unshare', ['-rm', '/bin/sh', '-c', script, 'sh', ...node]);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe.skipIf(!canMount)('the system resolver', () => {
  test('takes what the hosts file says', async () => {
    expect(await resolved('login.contoso.test', '192.0.2.7 login.contoso.test\n')).toMatchObject({
      kind: 'resolved',
      addresses: [{ text: '192.0.2.7' }],
    });
  });

  test('does not complete a single label by the search domain', async () => {
    expect(await resolved('login', '192.0.2.7 login.contoso.test\n')).toMatchObject({ kind: 'failed' });
  });
});
