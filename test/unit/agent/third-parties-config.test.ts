// Which third parties may be asked: nobody by default, and clear words where a name is wrong.
import { describe, expect, test } from 'vitest';
import { parseAgentConfig } from '../../../agent/config.ts';
import { dnsPresets } from '../../../agent/core/dns-presets.ts';
import { thirdPartiesOf } from '../../../agent/third-parties.ts';
import { manualClock } from '../../support/manual-clock.ts';

function parse(thirdParties: unknown) {
  return parseAgentConfig({ egress: { thirdParties } }, 'agent.yaml');
}

/** `kind operator asked` of each that is asked over a family. */
function asked(thirdParties: unknown, family: 'ipv4' | 'ipv6'): readonly string[] {
  return thirdPartiesOf(parse(thirdParties), family, manualClock()).map((party) => {
    expect(party.overTls).toBe(party.source === 'https');
    return `${party.source} ${party.operator} ${party.asked}`;
  });
}

describe('who is asked', () => {
  test('nobody, unless somebody is named', () => {
    for (const family of ['ipv4', 'ipv6'] as const) {
      expect(asked({}, family)).toEqual([]);
      expect(thirdPartiesOf(parseAgentConfig(null, 'agent.yaml'), family, manualClock())).toEqual([]);
    }
  });

  test('a name over both families, an address over its own, each with its operator', () => {
    const named = {
      stun: [
        { server: 'stun.example.test' },
        { server: 'stun.example.test:3479', operator: 'Contoso', family: 'ipv6' },
        { server: '[2001:db8::7]:3478', operator: 'fabrikam' },
        { server: '192.0.2.7', operator: 'fabrikam' },
      ],
      https: [
        { url: 'https://echo.example.test/ip?format=json' },
        { url: 'https://[2001:db8::7]/', operator: 'x' },
      ],
    };
    expect(asked(named, 'ipv4')).toEqual([
      'stun example.test stun.example.test:3478',
      'stun fabrikam 192.0.2.7:3478',
      'https example.test https://echo.example.test/ip?format=json',
    ]);
    expect(asked(named, 'ipv6')).toEqual([
      'stun example.test stun.example.test:3478',
      'stun contoso stun.example.test:3479',
      'stun fabrikam [2001:db8::7]:3478',
      'https example.test https://echo.example.test/ip?format=json',
      'https x https://[2001:db8::7]/',
    ]);
  });

  test('the known records by name, and others with the servers that hold them', () => {
    const record = {
      name: 'whoami.example.test',
      type: 'TXT',
      servers: { ipv4: ['192.0.2.53', '192.0.2.54:5353'] },
      operator: 'Contoso',
    };
    const { dns } = parse({ dns: ['opendns', 'google', 'cloudflare', record] }).egress.thirdParties;
    expect(dns.map(({ name, type, class: kind }) => [name, type, kind])).toEqual([
      ['myip.opendns.com', 'address', 'IN'],
      ['o-o.myaddr.l.google.com', 'TXT', 'IN'],
      ['whoami.cloudflare', 'TXT', 'CH'],
      ['whoami.example.test', 'TXT', 'IN'],
    ]);
    expect(dns.at(-1)?.servers).toEqual({
      ipv4: [
        { address: '192.0.2.53', port: 53 },
        { address: '192.0.2.54', port: 5353 },
      ],
      ipv6: [],
    });
    expect(asked({ dns: ['cloudflare', record] }, 'ipv6')).toEqual(['dns cloudflare.com whoami.cloudflare']);
  });

  test('each known record can be asked over both families', () => {
    for (const name of Object.keys(dnsPresets)) {
      for (const family of ['ipv4', 'ipv6'] as const) expect(asked({ dns: [name] }, family)).toHaveLength(1);
    }
  });
});

describe('a fault names its place and what to write', () => {
  const at = (place: string) => new RegExp(`^agent\\.yaml: egress\\.thirdParties\\.${place}`);
  test.each([
    [
      { stun: [{ server: 'stun.example.test:0' }] },
      'stun\\[0\\]\\.server: must be a host with an optional port',
    ],
    [{ stun: [{ server: 'stun://stun.example.test' }] }, 'stun\\[0\\]\\.server: must be a host'],
    [{ stun: [{ server: '192.0.2.7' }] }, 'stun\\[0\\]\\.operator: must be given where an address is asked'],
    [
      { stun: [{ server: '192.0.2.7', operator: 'a', family: 'ipv6' }] },
      'stun\\[0\\]\\.family: the address is of the other family',
    ],
    [{ stun: ['stun.example.test'] }, 'stun\\[0\\]: '],
    [{ https: [{ url: 'http://echo.example.test' }] }, 'https\\[0\\]\\.url: must be an https URL'],
    [{ https: [{ url: 'https://me@echo.example.test' }] }, 'https\\[0\\]\\.url: must be an https URL'],
    [{ https: [{ url: 'echo.example.test' }] }, 'https\\[0\\]\\.url: must be an https URL'],
    [{ https: [{ url: 'https://192.0.2.7/' }] }, 'https\\[0\\]\\.operator: must be given'],
    [{ dns: ['quad9'] }, 'dns\\[0\\]: must be one of opendns, google, cloudflare, or a record'],
    [{ dns: ['constructor'] }, 'dns\\[0\\]: must be one of opendns'],
    [
      { dns: [{ name: 'a.test', type: 'TXT', operator: 'a', servers: {} }] },
      'dns\\[0\\]\\.servers: must name a server',
    ],
    [
      { dns: [{ name: 'a.test', type: 'TXT', operator: 'a', servers: { ipv6: ['192.0.2.53'] } }] },
      'dns\\[0\\]\\.servers\\.ipv6\\[0\\]: must be an IPv6 address with an optional port',
    ],
    [
      { dns: [{ name: 'a.test', type: 'TXT', operator: 'a', servers: { ipv4: ['dns.example.test'] } }] },
      'dns\\[0\\]\\.servers\\.ipv4\\[0\\]: must be an IPv4 address',
    ],
    [
      { dns: [{ name: '192.0.2.7', type: 'TXT', operator: 'a', servers: {} }] },
      'dns\\[0\\]\\.name: must be the name',
    ],
  ])('%j', (thirdParties, place) => {
    expect(() => parse(thirdParties)).toThrow(at(place));
  });
});
