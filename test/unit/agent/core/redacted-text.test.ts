import { describe, expect, test } from 'vitest';
import { knownPlaces } from '../../../../agent/core/known-places.ts';
import { createPseudonyms } from '../../../../agent/core/pseudonyms.ts';
import { textRedactor } from '../../../../agent/core/redacted-text.ts';
import { contosoProfile } from '../../../support/example-bundle.ts';

const redact = (text: string): string =>
  textRedactor({
    personal: { users: ['Zoë Müller'], devices: ['pc'], hosts: ['printer'], addresses: ['192.0.2.9'] },
    places: knownPlaces({ profiles: [contosoProfile()], texts: ['192.0.2.0/24'], ranges: [] }),
    words: new Set(['egress.thirdParties']),
    pseudonyms: createPseudonyms(),
  })(text);

describe('hidden', () => {
  test.each([
    ['[2001:db8::1]:443 and 2001:DB8:0::1: gone', '[address-1]:443 and address-1: gone'],
    ['64:ff9b::198.51.100.7', 'address-1'],
    ['::ffff:198.51.100.7 198.51.100.7', 'address-1 address-1'],
    ['fe80::1%eth0', 'address-1%eth0'],
    ['eth0 10.1.2.3/24, via 10.0.0.1.', 'eth0 address-1/24, via address-2.'],
    ['a rule has 192.0.2.9 in it', 'a rule has address-1 in it'],
    ['7.113.0.203.in-addr.arpa', 'host-1'],
    ['to Clinic.Example:443 and _dns.clinic.example', 'to host-1:443 and host-2'],
    ['*.other.example', '*.host-1'],
    ['https://clinic.example/patients/7', 'https://host-1/…'],
    ['getaddrinfo ENOTFOUND intranet', 'getaddrinfo ENOTFOUND host-1'],
    ['the printer, Printer:631', 'the host-1, host-1:631'],
    ['ZOË MÜLLER <zoe@contoso.test>', 'user-2 <user-1>'],
    ['pc', 'device-1'],
    ["open '/Users/Zoë M/My Files/x.js'", "open '/Users/user-1/path-1'"],
    [String.raw`C:\Users\Zoë M\x\y.exe`, String.raw`C:\Users\user-1\path-1`],
    ['from 02-42-AC-11-00-02', 'from mac-1'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });
});

describe('kept', () => {
  test.each([
    'login.contoso.test sees 192.0.2.1 at 20:41:00, 127.0.0.1:8088 and ::1',
    '*.contoso.test by /usr/lib/x86_64/foo.bar/baz.py',
    'agent.yaml: egress.thirdParties: version 1.2.3, see resolv.conf and net.ipv4.conf.all',
    'https://login.contoso.test/authorize',
    'a pc is no device here, and printers are none either',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text);
  });
});
