// What a person is told where the edge's certificate and the device's clock do not go together: nothing is sent.
import { createHash, X509Certificate } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { enroll } from '../../../../agent/enrollment/enroll.ts';
import { makeDeviceKey } from '../../../../agent/enrollment/key-request.ts';
import { alone } from '../../../support/fleet.ts';
import { createEnrollmentListener, type EnrollmentListener } from '../../../../edge/enrollment/listener.ts';
import { createAuthority, issueEdgeCertificate } from '../../../../edge/identity/pki.ts';

const year = 365 * 86_400_000;
let listener: EnrollmentListener | null = null;
let asked = 0;
afterEach(() => listener?.close());

async function enrollAt(edgeMadeAt: Date, deviceNow: number): Promise<unknown> {
  const authority = await createAuthority('Contoso', new Date(Date.now() - 4 * year));
  const subject = { name: 'edge.contoso.test', organisation: 'Contoso', names: [], addresses: [] };
  const edge = await issueEdgeCertificate(authority, subject, edgeMadeAt);
  asked = 0;
  listener = createEnrollmentListener({
    where: { address: '127.0.0.1', port: 0 },
    tls: { key: edge.key, cert: `${edge.certificate}${authority.certificate}` },
    enroller: {
      beginCode: () => Promise.reject(new Error('nobody was to sign in')),
      close: () => undefined,
      offer: () => ({ version: 1, organisation: 'Contoso', signIn: null }),
      enroll: () => {
        asked += 1;
        return Promise.resolve({ kind: 'refused', error: 'invitation-refused', message: 'asked' });
      },
    },
    onFault: (error) => {
      throw error;
    },
  });
  await listener.listen();
  const invitation = {
    url: `https://edge.contoso.test:${listener.address()?.port ?? 0}`,
    addresses: ['127.0.0.1'],
    secret: 'A'.repeat(43),
    authority: createHash('sha256')
      .update(new X509Certificate(authority.certificate).raw)
      .digest('base64url'),
    expiresAt: new Date().toISOString(),
  };
  const device = { name: 'laptop', system: 'test', agent: 'test' };
  const setup = { ...alone, invitation, key: await makeDeviceKey(), device, now: () => deviceNow };
  return enroll(setup).catch((error: unknown) => error);
}

test('a certificate from the future: both clocks are named, and the remedy', async () => {
  const behind = Date.now() - year;
  const error = await enrollAt(new Date(Date.now() + year), behind);
  expect(error).toMatchObject({ code: 'edge-untrusted' });
  expect((error as Error).message).toMatch(
    /is not valid yet by the clock of this device; nothing was sent\. This device's clock says .*, the edge's .*: set the clock of this device/,
  );
  expect((error as Error).message).toContain(new Date(behind).toISOString());
  expect(asked).toBe(0);
});

test('a certificate that has ended by both clocks is for the edge to renew', async () => {
  const error = await enrollAt(new Date(Date.now() - 3 * year), Date.now());
  expect((error as Error).message).toMatch(
    /has expired by the clock .*they agree, so the edge needs another/,
  );
  expect(asked).toBe(0);
});

test('a good certificate gets the question, and its refusal is handed on', async () => {
  const error = await enrollAt(new Date(), Date.now());
  expect(error).toMatchObject({ code: 'device-refused', message: expect.stringMatching(/asked/) as string });
  expect(asked).toBe(1);
});
