// Health of name look-ups where names are captured: whatever hides a question hides the destination.
import type { BrowserId, BrowserPolicy } from './browser-policies.ts';
import { policyPlaces } from './browser-policies.ts';
import { check, failed, notApplicable, ok, type Verdict, warning } from './health-check.ts';

const byProxy = 'names reach the proxy whatever the browser asks';

/**
 * Public name servers for which Chromium asks over HTTPS by itself (net/dns/public/doh_provider_entry.cc), with their
 * operators.
 */
const publicNameServers: Readonly<Record<string, string>> = {
  ...named('Google', ['8.8.8.8', '8.8.4.4', '2001:4860:4860::8888', '2001:4860:4860::8844']),
  ...named('Cloudflare', ['1.1.1.1', '1.0.0.1', '2606:4700:4700::1111', '2606:4700:4700::1001']),
  ...named('Quad9', ['9.9.9.9', '149.112.112.112', '2620:fe::fe', '2620:fe::9']),
  ...named('OpenDNS', ['208.67.222.222', '208.67.220.220', '2620:119:35::35', '2620:119:53::53']),
  ...named('CleanBrowsing', ['185.228.168.9', '185.228.169.9', '185.228.168.168', '185.228.169.168']),
};

export const browserChecks = {
  'doh-chrome': dohCheck('chrome', 'Chrome'),
  'doh-chromium': dohCheck('chromium', 'Chromium'),
  'doh-edge': dohCheck('edge', 'Edge'),
  'doh-firefox': dohCheck('firefox', 'Firefox'),
  'public-name-server': check({
    title: 'The name servers are not public ones',
    why: 'For a well-known public server Chromium asks over HTTPS by itself, past the capture of names.',
    needs: ['transparent', 'nameServers'],
    judge: ({ transparent, nameServers: { servers } }) => {
      const found = servers.flatMap((server) => {
        const operator = publicNameServers[server];
        return operator === undefined ? [] : [`${server} (${operator})`];
      });
      if (transparent === null) return notApplicable(byProxy);
      return found.length === 0
        ? ok(servers.join(', '))
        : warning(
            found.join(', '),
            'set the policy DnsOverHttpsMode to off for Chromium browsers, or use the name servers of your network',
          );
    },
  }),
  'dns-over-tls': check({
    title: 'Names are asked in the clear',
    why: 'systemd-resolved over TLS hides the questions from the capture of names.',
    needs: ['transparent', 'resolved'],
    judge: ({ transparent, resolved: { running, dnsOverTls, file } }) => {
      if (transparent === null) return notApplicable(byProxy);
      if (!running) return notApplicable('systemd-resolved does not run');
      return dnsOverTls === 'no'
        ? ok('DNSOverTLS=no')
        : failed(
            `DNSOverTLS=${dnsOverTls} in ${file ?? 'resolved.conf'}`,
            'set DNSOverTLS=no there, then: sudo systemctl restart systemd-resolved',
          );
    },
  }),
  quic: check({
    title: 'QUIC falls back to TCP',
    why: 'The tunnel carries TCP; browsers that keep to QUIC would go past it.',
    needs: ['transparent', 'policies'],
    judge: ({ transparent, policies }) => {
      if (transparent === null) return notApplicable('browsers do not use QUIC through a proxy');
      const off = Object.entries(policies).flatMap(([browser, { quic }]) =>
        quic === false ? [browser] : [],
      );
      const policy = off.length === 0 ? '' : `; switched off by policy in ${off.join(', ')}`;
      return ok(`UDP 443 of captured destinations is refused at once${policy}`);
    },
  }),
} as const;

function dohCheck(browser: BrowserId, title: string) {
  return check({
    title: `${title} asks for names in the clear`,
    why: 'A browser that asks over HTTPS hides the name, and its traffic goes past the capture.',
    needs: ['transparent', 'policies'],
    judge: ({ transparent, policies }) => {
      if (transparent === null) return notApplicable(byProxy);
      return judgePolicy(browser, policies[browser]);
    },
  });
}

function judgePolicy(browser: BrowserId, policy: BrowserPolicy): Verdict {
  const { doh, dohFile, installed, faults } = policy;
  const cure = offRemedy(browser);
  if (faults.length > 0) return warning(`cannot be understood: ${faults.join(', ')}`, `mend it; ${cure}`);
  if (doh === 'off') return ok(`off by ${dohFile ?? 'policy'}`);
  if (doh === 'secure') return failed(`on by ${dohFile ?? 'policy'}`, cure);
  if (doh === 'automatic') return warning(`left to the browser by ${dohFile ?? 'policy'}`, cure);
  return installed ? warning('no policy says so', cure) : notApplicable('not found on this machine');
}

function offRemedy(browser: BrowserId): string {
  const place = policyPlaces[browser][0] ?? '';
  return browser === 'firefox'
    ? `put {"policies":{"DNSOverHTTPS":{"Enabled":false,"Locked":true}}} into ${place}`
    : `put {"DnsOverHttpsMode":"off"} into ${place}/opengsa.json`;
}

function named(operator: string, addresses: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(addresses.map((address) => [address, operator]));
}
