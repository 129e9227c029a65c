// Health of name look-ups where names are captured: whatever hides a question hides the destination.
import type { BrowserId, BrowserPolicy } from './browser-policies.ts';
import { policyPlaces } from './browser-policies.ts';
import { check, type CheckWords, failed, notApplicable, ok, type Verdict, warning } from './health-check.ts';

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
  'doh-chrome': dohCheck('chrome'),
  'doh-chromium': dohCheck('chromium'),
  'doh-edge': dohCheck('edge'),
  'doh-firefox': dohCheck('firefox'),
  'public-name-server': check('public-name-server', {
    needs: ['transparent', 'nameServers'],
    judge: ({ transparent, nameServers: { servers } }, words) => {
      const found = servers.flatMap((server) => {
        const operator = publicNameServers[server];
        return operator === undefined ? [] : [`${server} (${operator})`];
      });
      if (transparent === null) return notApplicable(words.byProxy);
      return found.length === 0 ? ok(servers.join(', ')) : warning(found.join(', '), words.setPolicy);
    },
  }),
  'dns-over-tls': check('dns-over-tls', {
    needs: ['transparent', 'resolved'],
    judge: ({ transparent, resolved: { running, dnsOverTls, file } }, words) => {
      if (transparent === null) return notApplicable(words.byProxy);
      if (!running) return notApplicable(words.notRunning);
      return dnsOverTls === 'no'
        ? ok('DNSOverTLS=no')
        : failed(words.setIn(`DNSOverTLS=${dnsOverTls}`, file ?? 'resolved.conf'), words.switchOff);
    },
  }),
  quic: check('quic', {
    needs: ['transparent', 'policies'],
    judge: ({ transparent, policies }, words) => {
      if (transparent === null) return notApplicable(words.byProxy);
      const off = Object.entries(policies).flatMap(([browser, { quic }]) =>
        quic === false ? [browser] : [],
      );
      return ok(off.length === 0 ? words.refused : words.refusedAndOff(off.join(', ')));
    },
  }),
} as const;

function dohCheck(browser: BrowserId) {
  return check(`doh-${browser}`, {
    needs: ['transparent', 'policies'],
    judge: ({ transparent, policies }, words) => {
      if (transparent === null) return notApplicable(words.byProxy);
      return judgePolicy(browser, policies[browser], words);
    },
  });
}

function judgePolicy(
  browser: BrowserId,
  policy: BrowserPolicy,
  words: CheckWords<`doh-${BrowserId}`>,
): Verdict {
  const { doh, dohFile, installed, faults } = policy;
  const cure = words.put(...offPolicy(browser));
  const place = dohFile ?? words.policy;
  if (faults.length > 0) return warning(words.notUnderstood(faults.join(', ')), words.mend(cure));
  if (doh === 'off') return ok(words.offBy(place));
  if (doh === 'secure') return failed(words.onBy(place), cure);
  if (doh === 'automatic') return warning(words.leftBy(place), cure);
  return installed ? warning(words.noPolicy, cure) : notApplicable(words.notInstalled);
}

/** What switches it off, and the file that it belongs into. */
function offPolicy(browser: BrowserId): readonly [string, string] {
  const place = policyPlaces[browser][0] ?? '';
  return browser === 'firefox'
    ? ['{"policies":{"DNSOverHTTPS":{"Enabled":false,"Locked":true}}}', place]
    : ['{"DnsOverHttpsMode":"off"}', `${place}/opengsa.json`];
}

function named(operator: string, addresses: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(addresses.map((address) => [address, operator]));
}
