// Files that class entries name: what they become, and faults named by field and file.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../../edge/config.ts';
import { loadClasses } from '../../../edge/load-classes.ts';
import { createAuthority, writeIdentity } from '../../support/pki.ts';
import { createProgramGroup } from '../../support/processes.ts';

const group = createProgramGroup();
afterAll(() => group.end());
const authority = createAuthority('contoso test CA');
const issue = (name: string, notAfter?: Date) =>
  authority.issue(name, { usage: 'server', names: [name], ...(notAfter === undefined ? {} : { notAfter }) });
const good = writeIdentity(group.folder, 'good', issue('app.contoso.test'));
const other = writeIdentity(group.folder, 'other', issue('other.contoso.test'));
const ca = join(group.folder, 'ca.pem');
writeFileSync(ca, authority.cert);

function load(settings: object, now = new Date()) {
  const entry = {
    match: 'app.contoso.test',
    class: 'forwarded',
    upstream: { address: '192.0.2.8', port: 443 },
    ...settings,
  };
  const config = parseConfig(
    { name: 'edge.contoso.test', organisation: 'Contoso', classes: [entry] },
    'edge.yaml',
  );
  return loadClasses(config, now);
}

describe('what an entry becomes', () => {
  test('without settings: the common header, a verified destination, a certificate of the edge', () => {
    expect(load({}).classes[0]?.forwarding).toEqual({
      headers: { class: 'forwarded', header: 'X-Forwarded-For', schemeHeader: null },
      identity: null,
      upstreamTls: { name: null, ca: null },
    });
  });

  test('with files: their text', () => {
    const { classes, concerns } = load({
      certificate: { certificate: good.cert, key: good.key },
      upstreamTls: { name: 'idp.internal.test', ca },
    });
    expect(concerns).toEqual([]);
    expect(classes[0]?.forwarding).toMatchObject({
      identity: { certificate: expect.stringContaining('BEGIN CERTIFICATE') as string },
      upstreamTls: { name: { kind: 'name', name: 'idp.internal.test' }, ca: authority.cert },
    });
  });

  test('AD FS is told the name of this edge; plain HTTP is verified by nobody', () => {
    expect(load({ class: 'adfs', upstreamTls: 'off' }).classes[0]?.forwarding).toMatchObject({
      headers: { class: 'adfs', proxy: 'edge.contoso.test' },
      upstreamTls: null,
    });
  });

  test('a certificate that ends soon is a concern', () => {
    const ends = new Date(Date.now() + 29 * 24 * 3600 * 1000);
    expect(load({ certificate: { certificate: good.cert, key: good.key } }, ends).concerns).toEqual([
      expect.stringMatching(/the certificate of app\.contoso\.test .* ends in 0 days/),
    ]);
  });
});

test.each([
  [
    'a key that is not there',
    { certificate: good.cert, key: '/nowhere.key' },
    /\/nowhere\.key does not exist; classes\[0\]\.certificate\.key/,
  ],
  [
    'a certificate that is not there',
    { certificate: '/nowhere.crt', key: good.key },
    /classes\[0\]\.certificate\.certificate: \/nowhere\.crt cannot be read/,
  ],
  [
    'a certificate that is none',
    { certificate: good.key, key: good.key },
    /classes\[0\]\.certificate\.certificate: .* is not a certificate in PEM/,
  ],
  [
    'a key of another',
    { certificate: good.cert, key: other.key },
    /classes\[0\]\.certificate\.certificate: .* is not the certificate of/,
  ],
  [
    'another name',
    { certificate: other.cert, key: other.key },
    /classes\[0\]\.certificate\.certificate: .* does not hold for app\.contoso\.test/,
  ],
])('it refuses %s', (_, certificate, message) => {
  expect(() => load({ certificate })).toThrow(message);
});

test('it refuses a certificate that has ended, a lax key and an authority that is none', () => {
  const certificate = { certificate: good.cert, key: good.key };
  expect(() => load({ certificate }, new Date(Date.now() + 31 * 24 * 3600 * 1000))).toThrow(/ended on/);
  expect(() => load({ certificate: { ...certificate, key: good.cert } })).toThrow(/chmod 600/);
  expect(() => load({ upstreamTls: { ca: good.key } })).toThrow(
    /classes\[0\]\.upstreamTls\.ca: .* is not a certificate/,
  );
});
