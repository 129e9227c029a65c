// Policy files and resolver settings of a machine, under a folder that stands for its root.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readKernel, readPolicies, readResolved } from '../../../../agent/health/machine-facts.ts';
import { parsePrefix } from '../../../../protocol/address.ts';
import { capturing, judged } from '../../../support/health-facts.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'opengsa-root-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe.runIf(process.platform === 'linux')('under a root of their own', () => {
  test('a policy that turns encrypted DNS on fails its browser and no other', async () => {
    put('/etc/chromium/policies/managed/10-base.json', '{"DnsOverHttpsMode":"off"}');
    put('/etc/chromium/policies/managed/20-more.json', '{"DnsOverHttpsMode":"secure"}');
    put('/etc/chromium/policies/managed/30-note.txt', 'not a policy');
    put('/etc/firefox/policies/policies.json', '{"policies":{"DNSOverHTTPS":{"Enabled":false}}}');
    put('/usr/bin/firefox', '');
    const policies = await readPolicies(root);
    const facts = { policies, transparent: capturing };
    expect(judged('doh-chromium', facts)).toMatchObject({
      state: 'failed',
      measured: 'on by /etc/chromium/policies/managed/20-more.json',
      remedy: 'put {"DnsOverHttpsMode":"off"} into /etc/chromium/policies/managed/opengsa.json',
    });
    expect(judged('doh-firefox', facts).state).toBe('ok');
    expect(policies.firefox.installed).toBe(true);
    for (const id of ['doh-chrome', 'doh-edge'] as const)
      expect(judged(id, facts).state).toBe('not-applicable');
  });

  test('an empty root says nothing', async () => {
    const { chrome } = await readPolicies(root);
    expect(chrome).toEqual({ installed: false, doh: null, quic: null, dohFile: null, faults: [] });
    expect(await readResolved(root)).toEqual({ running: false, dnsOverTls: 'no', file: null });
  });

  test('a part of resolved.conf wins over the file, by its name whatever its folder', async () => {
    put('/run/systemd/resolve/resolv.conf', 'nameserver 192.0.2.53\n');
    put('/etc/systemd/resolved.conf', '[Resolve]\nDNSOverTLS=no\n');
    put('/etc/systemd/resolved.conf.d/10-tls.conf', '[Resolve]\nDNSOverTLS=opportunistic\n');
    put('/usr/lib/systemd/resolved.conf.d/05-vendor.conf', '[Resolve]\nDNSOverTLS=yes\n');
    expect(await readResolved(root)).toEqual({
      ...{ running: true, dnsOverTls: 'opportunistic' },
      file: '/etc/systemd/resolved.conf.d/10-tls.conf',
    });
  });
});

test('the kernel says which account this is, and what of the machine lies in the range', async () => {
  const loopback = parsePrefix('127.0.0.0/16');
  if (loopback === null) throw new Error('no prefix');
  const kernel = await readKernel(loopback);
  expect(kernel.uid).toBe(process.getuid?.() ?? -1);
  expect(kernel.inSyntheticRange).toContain('lo 127.0.0.1');
});
