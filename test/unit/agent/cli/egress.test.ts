// What `opengsa egress` prints: every source with its answer, or why it does not count.
import { expect, it } from 'vitest';
import { egressText } from '../../../../agent/cli/egress.ts';
import { faultText } from '../../../../agent/cli/egress-faults.ts';
import type { EgressAddressStatus } from '../../../../protocol/status.ts';

const at = '2026-11-23T09:50:00.000Z';
const nothing: EgressAddressStatus = {
  state: 'unknown',
  address: null,
  checkedAt: null,
  expiresAt: null,
  evidence: [],
};

it('lists answers and failures alike, in plain words', () => {
  const voice = { signed: false, at } as const;
  const ipv4: EgressAddressStatus = {
    ...nothing,
    state: 'probable',
    address: '192.0.2.7',
    evidence: [
      {
        ...voice,
        source: 'stun',
        operator: 'example.test',
        asked: 'stun.example.test:3478',
        address: '192.0.2.7',
        error: null,
      },
      {
        ...voice,
        source: 'https',
        operator: 'contoso',
        asked: 'https://echo.test/',
        address: null,
        error: 'page: a web page in place of an address',
      },
      {
        ...voice,
        source: 'dns',
        operator: 'fabrikam',
        asked: 'whoami.test',
        address: '10.0.0.7',
        error: 'not-global',
      },
    ],
  };
  const lines = egressText({ ipv4, ipv6: nothing });
  expect(lines[0]).toBe('IPv4: 192.0.2.7 (probable)');
  const rows = lines.map((line) => line.trim().split(/\s{2,}/));
  expect(rows).toContainEqual(
    expect.arrayContaining(['STUN', 'stun.example.test:3478', 'example.test', '192.0.2.7']),
  );
  expect(rows).toContainEqual(
    expect.arrayContaining([
      'HTTPS echo',
      'answered with a web page, as captive portals do (a web page in place of an address)',
    ]),
  );
  expect(rows).toContainEqual(
    expect.arrayContaining(['DNS', '10.0.0.7', 'does not count: not a public address']),
  );
  expect(lines.at(-1)).toBe('IPv6: not known');
});

it.each([
  ['timeout', 'gave no answer in time'],
  [
    'unreachable: connect ECONNREFUSED 192.0.2.7:443',
    'cannot be reached (connect ECONNREFUSED 192.0.2.7:443)',
  ],
  ['something-else: detail', 'something-else: detail'],
  ['constructor', 'constructor'],
  ['', ''],
])('%j reads %j', (error, text) => {
  expect(faultText(error)).toBe(text);
});
