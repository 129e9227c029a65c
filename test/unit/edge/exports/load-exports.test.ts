// Collectors in the configuration: what is taken, and what a wrong entry is answered with.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseConfig } from '../../../../edge/config.ts';
import { exportConcerns, loadExports } from '../../../../edge/exports/load-exports.ts';
import { createPki, writeIdentity } from '../../../support/pki.ts';

const folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pki = createPki(folder);
const other = writeIdentity(folder, 'other', pki.device('other'));
const edge = { cert: join(folder, 'edge.crt'), key: join(folder, 'edge.key') };
const ca = join(folder, 'ca.crt');

const file = (name: string, text: string, mode = 0o600): string => {
  const path = join(folder, name);
  writeFileSync(path, text, { mode });
  return path;
};
const read = (...exports: object[]) =>
  parseConfig({ name: 'edge.contoso.test', organisation: 'Contoso', log: { exports } }, 'edge.yaml').log
    .exports;
const syslog = { type: 'syslog', server: 'logs.contoso.test:6514', transport: 'tls' };
const otlp = { type: 'otlp', url: 'https://otel.contoso.test:4318/v1/logs' };

test('nobody collects unless it is configured', () => {
  expect(
    parseConfig({ name: 'edge.contoso.test', organisation: 'Contoso' }, 'edge.yaml').log.exports,
  ).toEqual([]);
});

test('an entry with little becomes a whole one', () => {
  const loaded = loadExports(read(syslog, { ...otlp, name: 'otel', records: ['audit'] }));
  expect(loaded).toEqual([
    {
      ...{ type: 'syslog', name: 'syslog logs.contoso.test:6514', records: ['traffic', 'audit'] },
      settings: { facility: 'local0', enterpriseNumber: 32_473, framing: 'octet-counted' },
      server: { host: 'logs.contoso.test', port: 6514, transport: 'tls', ca: null, identity: null },
    },
    {
      ...{ type: 'otlp', name: 'otel', records: ['audit'] },
      collector: { url: otlp.url, compression: 'none', headers: {}, ca: null, identity: null },
    },
  ]);
});

test('files become text: authority, own identity and headers', () => {
  const headersFile = file(
    'headers',
    '# for the collector\nAuthorization: Bearer secret-token \r\n\nX-Scope:a\n',
  );
  const certificate = { certificate: edge.cert, key: edge.key };
  const [loaded] = loadExports(read({ ...otlp, ca, certificate, headersFile }));
  expect(loaded).toMatchObject({
    collector: {
      headers: { Authorization: 'Bearer secret-token', 'X-Scope': 'a' },
      ca: pki.ca.cert,
      identity: { key: pki.edge.key, certificate: pki.edge.cert },
    },
  });
});

test('what others on the way could read is told', () => {
  const plain = { ...syslog, transport: 'udp' };
  const entries = [
    { ...plain, name: 'far' },
    { ...plain, name: 'near', server: '127.0.0.1:514' },
    { ...otlp, name: 'far-otel', url: 'http://192.0.2.9:4318/v1/logs' },
    { ...otlp, name: 'near-otel', url: 'http://[::1]:4318/v1/logs' },
    { ...syslog, name: 'safe' },
  ];
  expect(exportConcerns(loadExports(read(...entries)))).toEqual(
    ['far', 'far-otel'].map(
      (name) => `what goes to the collector of logs ${name} leaves this machine in clear text; use TLS`,
    ),
  );
});

test.each([
  [
    'a server without a port',
    { ...syslog, server: 'logs.contoso.test' },
    /log\.exports\[0\]\.server: must be host:port/,
  ],
  ['an unknown transport', { ...syslog, transport: 'quic' }, /log\.exports\[0\]\.transport/],
  ['an unknown key', { ...syslog, port: 514 }, /log\.exports\[0\].*port/],
  ['an unknown kind', { type: 'kafka' }, /log\.exports\[0\]\.type/],
  ['no records at all', { ...syslog, records: [] }, /log\.exports\[0\]\.records/],
  ['an authority without TLS', { ...syslog, transport: 'udp', ca }, /ca: is for transport: tls/],
  ['a URL of another kind', { ...otlp, url: 'ftp://otel.contoso.test' }, /url: must be a URL such as https:/],
  [
    'a password in a URL',
    { ...otlp, url: 'https://u:p@otel.contoso.test/v1/logs' },
    /url: must not hold a password/,
  ],
  [
    'a secret in clear text beyond this machine',
    { ...otlp, url: 'http://otel.contoso.test/v1/logs', headersFile: 'x' },
    /headersFile: would be sent in clear text/,
  ],
  ['a name with spaces', { ...otlp, name: 'a b' }, /name: must be 1 to 64 letters/],
])('%s is refused', (_what, entry, message) => {
  expect(() => read(entry)).toThrow(message);
});

test('two collectors of one name are refused', () => {
  expect(() => read(otlp, otlp)).toThrow(
    /log\.exports\[1\]\.name: is needed: there is another collector named "otlp otel\.contoso\.test:4318"/,
  );
});

test.each([
  [
    'an authority that is not there',
    { ...otlp, ca: '/nowhere.pem' },
    /exports\[0\]\.ca: \/nowhere\.pem cannot be read/,
  ],
  [
    'an authority that is none',
    { ...otlp, ca: file('text', 'x') },
    /exports\[0\]\.ca: .* is not a certificate in PEM/,
  ],
  [
    'a key of another certificate',
    { ...otlp, certificate: { certificate: edge.cert, key: other.key } },
    /exports\[0\]\.certificate: .* is not the certificate of/,
  ],
  [
    'headers that are not there',
    { ...otlp, headersFile: '/nowhere' },
    /\/nowhere does not exist; log\.exports\[0\]/,
  ],
  ['headers that others may read', { ...otlp, headersFile: file('lax', 'A: b\n', 0o644) }, /chmod 600/],
  [
    'a line that is no header',
    { ...otlp, headersFile: file('bare', 'X-A: b\nBearer secret-token\n') },
    /headersFile: line 2 of .* is not a header such as/,
  ],
  [
    'a header that the edge writes',
    { ...otlp, headersFile: file('host', 'Host: secret-token\n') },
    /headersFile: line 1 of .* names Host, which the edge writes itself/,
  ],
])('%s is refused before anything starts, and no secret is quoted', (_what, entry, message) => {
  const load = (): unknown => loadExports(read(entry));
  expect(load).toThrow(message);
  expect(load).not.toThrow(/secret-token/);
});
