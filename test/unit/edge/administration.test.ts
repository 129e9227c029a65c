// What an administrator can do: devices and the signalling switch, with their refusals and their audit log.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AdministrationOptions, createAdministration } from '../../../edge/administration.ts';
import { publicEndpoints } from '../../../edge/core/endpoints.ts';
import { createAuthority, type Credential } from '../../../edge/identity/pki.ts';
import { openSqliteStore } from '../../../edge/store/sqlite/store.ts';
import type { Store } from '../../../edge/store/store.ts';
import { deviceBundle } from '../../../protocol/device-bundle.ts';
import { createProgramGroup, type ProgramGroup } from '../../support/processes.ts';

const now = new Date('2026-06-01T12:00:00.000Z');
let authority: Credential;
let group: ProgramGroup;
let store: Store;

beforeAll(async () => {
  authority = await createAuthority('Contoso', now);
});
beforeEach(() => {
  group = createProgramGroup();
  store = openSqliteStore(join(group.folder, 'edge.db'), now.toISOString());
});
afterEach(async () => {
  store.close();
  await group.end();
});

function administration(options: Partial<AdministrationOptions> = {}) {
  return createAdministration({
    organisation: 'Contoso',
    lifetimeMs: 365 * 86_400_000,
    enrollmentAt: () => ({ url: 'https://edge.contoso.test:8444' }),
    profileNames: () => ['Contoso apps'],
    isOpen: false,
    namedLocations: [],
    store,
    issuing: () => ({ authority, jwks: { keys: [] } }),
    endpoints: () =>
      publicEndpoints(
        { name: 'edge.contoso.test' },
        { tunnel: [{ address: '127.0.0.1', port: 8443 }], portalCheck: null },
      ),
    now: () => now,
    ...options,
  });
}

describe('adding a device', () => {
  test('gives its files, and the store knows its certificate', async () => {
    const { device, files } = await administration().addDevice('laptop', 'uid 1000');
    expect(Object.keys(files).sort()).toEqual(['ca.crt', 'device.crt', 'device.key', 'edge.json']);
    const certificate = new X509Certificate(files['device.crt'] ?? '');
    expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect(store.devices.byThumbprint(device.thumbprint)).toEqual(device);
    expect(deviceBundle.parse(JSON.parse(files['edge.json'] ?? ''))).toMatchObject({
      organisation: 'Contoso',
      device: 'laptop',
      edges: [{ url: 'https://edge.contoso.test:8443', addresses: ['127.0.0.1'] }],
      witness: { ipv4: { url: 'https://edge.contoso.test:8443' }, ipv6: null },
    });
  });

  test.each(['', '-rf', 'a b', 'a/b', '../x', 'ä', 'x'.repeat(65), 'a\nb'])(
    'the name %j is refused and nothing is registered',
    async (name) => {
      await expect(administration().addDevice(name, 'uid 1000')).rejects.toMatchObject({ code: 'bad-usage' });
      expect(store.devices.list()).toEqual([]);
    },
  );

  test('a taken name is refused', async () => {
    await administration().addDevice('laptop', 'uid 1000');
    await expect(administration().addDevice('laptop', 'uid 1000')).rejects.toMatchObject({
      code: 'already-exists',
    });
  });

  test('registers nothing where the edge cannot say where it is', async () => {
    const listeners = { tunnel: [{ address: '127.0.0.1', port: 0 }], portalCheck: null };
    const unknown = administration({ endpoints: () => publicEndpoints({ name: 'e.test' }, listeners) });
    await expect(unknown.addDevice('laptop', 'uid 1000')).rejects.toThrow(/start the edge first/);
    expect(store.devices.list()).toEqual([]);
  });
});

describe('revoking a device', () => {
  test('holds once, leaves a trace, and tells the running edge after it holds', async () => {
    const told: (string | null)[] = [];
    const onRevoked = ({ thumbprint }: { thumbprint: string }) =>
      void told.push(store.devices.byThumbprint(thumbprint)?.revokedAt ?? null);
    const a = administration({ onRevoked });
    await a.addDevice('laptop', 'uid 1000');
    expect(a.revokeDevice('laptop', 'uid 1001').revokedAt).toBe(now.toISOString());
    expect(() => a.revokeDevice('laptop', 'uid 1001')).toThrow(/no device named laptop/);
    expect(store.audit.latest(1)).toMatchObject([{ who: 'uid 1001', action: 'devices.revoke' }]);
    expect(told).toEqual([now.toISOString()]);
  });
});

test('what cannot be written down is not done', async () => {
  await administration().addDevice('laptop', 'uid 1000');
  const written = store.audit.latest(10);
  const noAudit = { ...store.audit, add: () => assert.fail('the disk is full') };
  const a = administration({ store: { ...store, audit: noAudit } });
  expect(() => a.revokeDevice('laptop', 'uid 1000')).toThrow('the disk is full');
  expect(() => a.setSignaling('disabled', false, 'uid 1000')).toThrow('the disk is full');
  await expect(a.addDevice('tablet', 'uid 1000')).rejects.toThrow('the disk is full');
  expect(() =>
    a.administrators.add({ name: 'ada', role: 'Security Reader', lifetimeMs: 1 }, 'uid 1000'),
  ).toThrow('the disk is full');
  expect(store.devices.list()).toMatchObject([{ name: 'laptop', revokedAt: null }]);
  expect([store.settings.signaling().status, store.administrators.list()]).toEqual(['enabled', []]);
  expect(store.audit.latest(10)).toEqual(written);
});

describe('signalling', () => {
  const locations = [
    { name: 'Head office', policies: ['Require office', 'Block abroad'] },
    { name: 'Branch', policies: [] },
  ];

  test('goes off and on again, and setting what holds changes nothing', () => {
    const switched: string[] = [];
    const a = administration({ onSignaling: ({ status }) => switched.push(status) });
    expect(a.setSignaling('enabled', false, 'uid 0')).toMatchObject({ kind: 'switched', changed: false });
    expect(a.setSignaling('disabled', false, 'uid 0')).toMatchObject({ kind: 'switched', changed: true });
    expect(a.setSignaling('enabled', false, 'uid 0')).toMatchObject({ kind: 'switched', changed: true });
    expect(switched).toEqual(['disabled', 'enabled']);
    expect(store.audit.latest(10).map(({ action }) => action)).toEqual([
      'signaling.enable',
      'signaling.disable',
    ]);
  });

  test('stays on while policies use named locations, until that is confirmed', () => {
    const a = administration({ namedLocations: locations });
    expect(a.setSignaling('disabled', false, 'uid 0')).toEqual({
      kind: 'conflict',
      code: 'locationPoliciesRegistered',
      locationPolicies: [
        { policy: 'Require office', location: 'Head office' },
        { policy: 'Block abroad', location: 'Head office' },
      ],
    });
    expect(store.settings.signaling().status).toBe('enabled');
    expect(store.audit.latest(10)).toEqual([]);
    expect(a.setSignaling('disabled', true, 'uid 0')).toMatchObject({ kind: 'switched' });
    expect(store.audit.latest(1)).toMatchObject([{ detail: 'confirmed for Require office, Block abroad' }]);
  });

  test('a location without policies hinders nothing', () => {
    const a = administration({ namedLocations: locations.slice(1) });
    expect(a.setSignaling('disabled', false, 'uid 0')).toMatchObject({ kind: 'switched' });
  });
});
