// Tenant restrictions on a real agent behind a real edge: what is inspected, what is not, and what is refused.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectedHosts } from '../../agent/core/inspected-hosts.ts';
import { installedProgram } from '../support/debian-programs.ts';
import {
  deviceHosts,
  type InspectedOrganisation,
  type OriginTls,
  restriction,
  startInspectedOrganisation,
} from '../support/inspected-organisation.ts';
import { createAuthority, type Identity } from '../support/pki.ts';

const curl = installedProgram('curl');
const browserPath = installedProgram('chromium');
const dayMs = 24 * 3600 * 1000;
const ours = `${restriction.tenantId}:${restriction.policyId}`;
const host = 'login.microsoftonline.com';

describe.skipIf(curl === null || installedProgram('certutil') === null)(
  'tenant restrictions (curl, libnss3-tools)',
  () => {
    let organisation: InspectedOrganisation;
    let good: Identity;
    let selfSigned: OriginTls;
    const file = (name: string) => join(organisation.stateDir, 'inspection', name);

    beforeAll(async () => {
      organisation = await startInspectedOrganisation();
      const names = [...inspectedHosts, ...deviceHosts];
      const openssl = [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'self.key',
        '-out',
        'self.crt',
      ];
      const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
      const { folder, run } = organisation.group;
      await run(installedProgram('openssl') ?? '', [...openssl, ...subject]);
      const read = (name: string) => readFileSync(join(folder, name), 'utf8');
      selfSigned = { cert: read('self.crt'), key: read('self.key') };
      good = organisation.authority.issue('origin', { usage: 'server', names });
    });
    afterAll(() => organisation.end());

    const get = (url: string, ...options: readonly string[]) =>
      organisation.group.run(curl ?? '', [
        ...['--silent', '--show-error', '--max-time', '15', '--proxy', organisation.proxy],
        ...['--cacert', file('ca.crt'), ...options, url],
      ]);
    const answer = async (url: string, ...options: readonly string[]) => {
      const { code, stdout, stderr } = await get(url, ...options);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return JSON.parse(stdout) as { version: string; fields: string[] };
    };
    const restrictionsIn = (fields: readonly string[]) =>
      fields.flatMap((name, i) => (i % 2 === 0 && /restrict/i.test(name) ? [fields[i + 1]] : []));
    const lastFlow = async (destination: string) =>
      (await organisation.flows()).find((flow) => flow.destination === `${destination}:443`);

    test('before the authority is made, sign-ins are refused and say why', async () => {
      const { code, stderr } = await get(`https://${host}/`, '--cacert', organisation.authorityFile);
      expect(code).not.toBe(0);
      expect(stderr).toContain('500');
      expect(await lastFlow(host)).toMatchObject({
        state: 'refused',
        detail: 'opengsa: inspection-not-installed',
      });
    });

    test('install takes effect without a restart; only the agent’s account reads the key', async () => {
      const { code, stdout } = await organisation.opengsa('inspection', 'install', '--user');
      expect({ code, stdout }).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Trusted in /) as unknown,
      });
      expect(statSync(file('ca.key')).mode & 0o777).toBe(0o600);
      expect(statSync(file('')).mode & 0o777).toBe(0o700);
      const status = await organisation.opengsa('inspection', 'status', '--json');
      expect(JSON.parse(status.stdout)).toMatchObject({
        authority: { fault: null },
        stores: [
          { store: 'system', state: { kind: 'absent' } },
          { store: 'user', state: { kind: 'present' } },
        ],
      });
    });

    test('browsers send the hosts to the agent and nowhere else, whether a profile names them or not', async () => {
      const script = await (await fetch(organisation.pacUrl)).text();
      const ask = (name: string) =>
        runInNewContext(`${script}; FindProxyForURL('https://${name}/', '${name}')`) as unknown;
      for (const name of inspectedHosts) expect(ask(name)).toBe(`PROXY ${new URL(organisation.proxy).host}`);
    });

    describe.each(inspectedHosts)('%s', (name) => {
      test.each(['--http1.1', '--http2'])(
        '%s: the field is there once, whatever the application sent',
        async (version) => {
          const { fields } = await answer(
            `https://${name}/authorize`,
            ...[version, '-H', 'sec-Restrict-Tenant-Access-Policy: restrict-msa'],
            ...[
              '-H',
              'SEC_RESTRICT_TENANT_ACCESS_POLICY: a:b',
              '-H',
              'Restrict-Access-To-Tenants: other.test',
            ],
            ...['-H', 'X-Kept: yes'],
          );
          expect(restrictionsIn(fields)).toEqual([ours]);
          expect(fields.map((text) => text.toLowerCase())).toContain('x-kept');
        },
      );
    });

    test('an application cannot take the field away by naming it in Connection', async () => {
      const { fields } = await answer(
        `https://${host}/`,
        ...['--http1.1', '-H', 'Connection: sec-Restrict-Tenant-Access-Policy'],
      );
      expect(restrictionsIn(fields)).toEqual([ours]);
    });

    test('the flow shows its path and bytes; status shows the class', async () => {
      await answer(`https://${host}/`);
      await expect
        .poll(() => lastFlow(host), { timeout: 15_000 })
        .toMatchObject({ action: 'tunnel', state: 'closed', detail: null });
      expect((await lastFlow(host))?.bytesReceived).toBeGreaterThan(1000);
      const { seenAs } = await organisation.status();
      expect(seenAs.find(({ destination }) => destination === host)).toMatchObject({
        class: 'tenant-restriction',
        path: 'edge',
      });
    });

    test.each(deviceHosts)('%s is never inspected: its own certificate, its own fields', async (name) => {
      const own = ['--cacert', organisation.authorityFile];
      const { fields } = await answer(
        `https://${name}/`,
        ...own,
        '-H',
        'sec-Restrict-Tenant-Access-Policy: mine',
      );
      expect(restrictionsIn(fields)).toEqual(['mine']);
      expect((await get(`https://${name}/`)).code).toBe(60);
    });

    test('an application that does not know the authority is not let past it, and the record says so', async () => {
      expect((await get(`https://${host}/`, '--cacert', organisation.authorityFile)).code).toBe(60);
      await expect
        .poll(async () => (await lastFlow(host))?.detail)
        .toContain('application: inspection-certificate-refused');
    });

    describe('a destination that does not prove itself is refused before anything is issued', () => {
      const issue = (names: readonly string[], days: readonly [number, number] = [-1, 1]) => {
        const [notBefore = new Date(), notAfter = new Date()] = days.map(
          (n) => new Date(Date.now() + n * dayMs),
        );
        return organisation.authority.issue('origin', { usage: 'server', names, notBefore, notAfter });
      };
      const table: readonly (readonly [string, string, () => OriginTls])[] = [
        ['expired', 'certificate-expired', () => issue([host], [-9, -1])],
        ['not yet valid', 'certificate-not-yet-valid', () => issue([host], [1, 9])],
        ['for another name', 'certificate-name-mismatch', () => issue(['login.example.test'])],
        ['for the name above', 'certificate-name-mismatch', () => issue(['microsoftonline.com'])],
        ['for the names below', 'certificate-name-mismatch', () => issue([`*.${host}`])],
        [
          'without names',
          'certificate-name-mismatch',
          () => organisation.authority.issue(host, { usage: 'server' }),
        ],
        ['self-signed', 'certificate-untrusted', () => selfSigned],
        [
          'of an unknown authority',
          'certificate-untrusted',
          () => createAuthority('Origin authority').issue(host, { usage: 'server', names: [host] }),
        ],
        [
          'for clients',
          'certificate-wrong-usage',
          () => organisation.authority.issue(host, { usage: 'client', names: [host] }),
        ],
        [
          'of TLS 1.1',
          'tls-handshake-failed',
          () => ({
            ...issue([host]),
            minVersion: 'TLSv1.1',
            maxVersion: 'TLSv1.1',
            ciphers: 'DEFAULT@SECLEVEL=0',
          }),
        ],
      ];
      test.each(table)('%s: %s', async (_what, reason, shown) => {
        organisation.origin.show(shown());
        try {
          const { code, stderr } = await get(`https://${host}/`);
          expect({ code, stderr }).toMatchObject({
            code: 56,
            stderr: expect.stringContaining('502') as unknown,
          });
          expect(await lastFlow(host)).toMatchObject({ state: 'refused', detail: `opengsa: ${reason}` });
        } finally {
          organisation.origin.show(good);
        }
      });
    });

    test.skipIf(browserPath === null)('Chromium signs in with the person’s own store', async () => {
      const browser = await chromium.launch({
        executablePath: browserPath ?? '',
        env: { PATH: process.env.PATH ?? '', HOME: organisation.group.folder },
        args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        proxy: { server: organisation.proxy },
      });
      try {
        const page = await browser.newPage();
        const response = await page.goto(`https://${host}/`);
        const { fields } = (await response?.json()) as { fields: string[] };
        expect(restrictionsIn(fields)).toEqual([ours]);
        expect((await response?.securityDetails())?.issuer).toMatch(/^OpenGSA local inspection /);
        await expect(page.goto(`https://${deviceHosts[0]}/`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
      } finally {
        await browser.close();
      }
    });

    test('the key is in no output of the agent', async () => {
      const secret = readFileSync(file('ca.key'), 'utf8').split('\n')[3] ?? '';
      expect(secret).toHaveLength(64);
      const said = [
        ...[organisation.agent.stdout(), organisation.agent.stderr()],
        ...[JSON.stringify(await organisation.status()), JSON.stringify(await organisation.flows())],
        (await organisation.opengsa('inspection', 'status', '--json')).stdout,
      ].join('\n');
      expect(said).not.toContain(secret);
      expect(said).not.toContain('PRIVATE KEY');
    });

    test('remove takes effect without a restart', async () => {
      expect((await organisation.opengsa('inspection', 'remove', '--user')).code).toBe(0);
      expect(() => statSync(file(''))).toThrow('ENOENT');
      expect((await get(`https://${host}/`, '--cacert', organisation.authorityFile)).code).not.toBe(0);
      expect(await lastFlow(host)).toMatchObject({ detail: 'opengsa: inspection-not-installed' });
    });
  },
);
