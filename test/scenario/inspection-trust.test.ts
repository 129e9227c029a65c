// What clients make of the inspection authority: its four hosts, and nothing that a thief of its key could sign.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalAuthority, type KeyAndCertificate } from '../../agent/inspection/local-authority.ts';
import { createNssStore } from '../../agent/inspection/nss-store.ts';
import { installedProgram, isRoot } from '../support/debian-programs.ts';
import { signBeyondScope } from '../support/inspection-leaves.ts';
import { agentMain, createProgramGroup, pinnedNode } from '../support/processes.ts';

const [curl, certutil, browserPath] = (['curl', 'certutil', 'chromium'] as const).map(installedProgram);
const inScope = 'login.live.com';
const outOfScope = [
  'device.login.microsoftonline.com',
  'a.login.live.com',
  'enterpriseregistration.windows.net',
  'graph.microsoft.com',
];
const group = createProgramGroup();
const servers: Server[] = [];
const ports = new Map<string, number>();
let authority: KeyAndCertificate;
const nssdb = join(group.folder, '.pki/nssdb');

beforeAll(async () => {
  authority = await createLocalAuthority(new Date());
  writeFileSync(join(group.folder, 'ca.crt'), authority.certificate);
  // Signed like those that are refused, so that nothing but the name makes the difference.
  await serve(inScope, signBeyondScope(authority, inScope));
  for (const name of outOfScope) await serve(name, signBeyondScope(authority, name));
  if (certutil !== null) await createNssStore(nssdb).install(authority.certificate);
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await group.end();
});

async function serve(name: string, { key, certificate }: KeyAndCertificate): Promise<void> {
  const server = createServer({ key, cert: certificate }, (_request, response) => response.end('reached'));
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  ports.set(name, (server.address() as AddressInfo).port);
}

describe.skipIf(curl === null)('curl', () => {
  const get = (name: string) => {
    const at = ['--connect-to', `${name}:443:127.0.0.1:${ports.get(name) ?? 0}`];
    return group.run(curl ?? '', [
      '--silent',
      '--max-time',
      '10',
      '--cacert',
      'ca.crt',
      ...at,
      `https://${name}/`,
    ]);
  };
  test(`accepts ${inScope}`, async () => {
    expect(await get(inScope)).toMatchObject({ code: 0, stdout: 'reached' });
  });
  test.each(outOfScope)('refuses %s', async (name) => {
    expect(await get(name)).toMatchObject({ code: 60, stdout: '' });
  });
});

describe.skipIf(certutil === null)('NSS (libnss3-tools)', () => {
  const verify = async (name: string, { certificate }: KeyAndCertificate) => {
    writeFileSync(join(group.folder, 'leaf.crt'), certificate);
    const database = ['-d', `sql:${nssdb}`];
    await group.run(certutil ?? '', ['-A', '-n', name, '-t', ',,', '-i', 'leaf.crt', ...database]);
    return group.run(certutil ?? '', ['-V', '-n', name, '-u', 'V', ...database]);
  };
  test(`accepts ${inScope}`, async () => {
    const { code, stdout } = await verify(inScope, signBeyondScope(authority, inScope));
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is valid') as unknown,
    });
  });
  test.each(outOfScope)('refuses %s', async (name) => {
    const { code, stdout, stderr } = await verify(name, signBeyondScope(authority, name));
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain('not permitted to issue a certificate with this name');
  });
});

describe.skipIf(browserPath === null || certutil === null)('Chromium (chromium, libnss3-tools)', () => {
  let browser: Browser;
  beforeAll(async () => {
    const rules = [...ports].map(([name, port]) => `MAP ${name}:443 127.0.0.1:${port}`);
    browser = await chromium.launch({
      executablePath: browserPath ?? '',
      env: { PATH: process.env.PATH ?? '', HOME: group.folder },
      args: [
        ...['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        `--host-resolver-rules=${[...rules, 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'].join(',')}`,
      ],
    });
  });
  afterAll(() => browser.close());

  test(`accepts ${inScope}`, async () => {
    const page = await browser.newPage();
    expect(await (await page.goto(`https://${inScope}/`))?.text()).toBe('reached');
  });
  test.each(outOfScope)('refuses %s', async (name) => {
    const page = await browser.newPage();
    await expect(page.goto(`https://${name}/`)).rejects.toThrow(/ERR_CERT_/);
  });
});

const unshare = installedProgram('unshare');
const update = installedProgram('update-ca-certificates');

describe.skipIf(!isRoot() || unshare === null || update === null)(
  'the system’s own store (root, in a mount namespace: the machine’s stays as it is)',
  () => {
    /** Copies of the two directories lie over the machine's own, for this shell and its children only. */
    const script = `set -e
      mount -t tmpfs opengsa /mnt
      for d in /etc/ssl/certs /usr/local/share/ca-certificates; do
        mkdir -p /mnt$d; cp -a $d/. /mnt$d/; mount --bind /mnt$d $d
      done
      # Hooks write outside the copies, so that one of our own stands for them.
      mkdir /mnt/hooks; printf '#!/bin/sh\\ncat >> /mnt/told\\n' > /mnt/hooks/listener; chmod 755 /mnt/hooks/listener
      mount --bind /mnt/hooks /etc/ca-certificates/update.d
      ${update ?? ''} >/dev/null 2>&1; rm -f /mnt/told
      list() { find /etc/ssl/certs /usr/local/share/ca-certificates ! -type d -printf '%p %l %s %m\\n' | sort; sha256sum /etc/ssl/certs/ca-certificates.crt; }
      list > /mnt/before
      mkdir -m 0700 /mnt/state; chown 65534:65534 /mnt/state
      "$NODE" "$AGENT" inspection install --state-dir /mnt/state
      stat -c 'key %a %u' /mnt/state/inspection/ca.key
      "$NODE" "$AGENT" inspection status --json --state-dir /mnt/state
      "$NODE" "$AGENT" inspection remove --state-dir /mnt/state
      list > /mnt/after
      ls -A /mnt/state
      cat /mnt/told
      diff /mnt/before /mnt/after && echo 'as before'`;
    const listMachine = () =>
      group.run('/bin/sh', [
        '-c',
        "find /etc/ssl/certs /usr/local/share/ca-certificates -printf '%p %l %s %t\\n' | sort | sha256sum; sha256sum /etc/ssl/certs/ca-certificates.crt",
      ]);

    test('install, status and remove', async () => {
      const machine = (await listMachine()).stdout;
      const { code, stdout, stderr } = await group.run(
        unshare ?? '',
        ['--mount', '--propagation', 'private', '/bin/sh', '-c', script],
        { env: { NODE: pinnedNode, AGENT: agentMain } },
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(
        '+/etc/ssl/certs/opengsa-inspection.pem\n-/etc/ssl/certs/opengsa-inspection.pem\n',
      );
      expect(stdout).toMatch(/^Trusted in \/usr\/local\/share\/ca-certificates: [0-9a-f]{64}$/m);
      expect(stdout).toContain('key 600 65534');
      expect(stdout).toMatch(/"store": "system",[^}]*"kind": "present"/s);
      expect(stdout).toMatch(/as before$/m);
      expect((await listMachine()).stdout).toBe(machine);
    });
  },
);

test.skipIf(isRoot())('without root the command says who may, and how', async () => {
  const { code, stderr } = await group.run(pinnedNode, [agentMain, 'inspection', 'install']);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('sudo opengsa') as unknown,
  });
});

test.skipIf(!isRoot())('as root without the agent’s directory nothing is guessed', async () => {
  const { code, stderr } = await group.run(pinnedNode, [agentMain, 'inspection', 'install']);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--state-dir') as unknown,
  });
});
