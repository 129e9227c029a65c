// Which nameservers programs ask, from the files of plain machines, of systemd-resolved and of forwarders.
import { describe, expect, it } from 'vitest';
import {
  capturedNameservers,
  formatNameserver,
  isRedirectable,
  mostNameservers,
  nameserverHost,
  parseNameserver,
  parseResolvConf,
} from '../../../../agent/core/resolver-config.ts';

const list = (text: string) => parseResolvConf(text).map(formatNameserver);
const captured = (resolvConf: string | null, resolved: string | null = null) =>
  capturedNameservers(resolvConf, resolved).map(
    ({ nameserver, originalsFrom }) =>
      `${formatNameserver(nameserver)} < ${originalsFrom.map(formatNameserver).join(' ')}`,
  );

describe('a resolv.conf', () => {
  it('names each nameserver once, in its order', () => {
    const text = `# comment
search contoso.test
nameserver 192.0.2.53
nameserver\t2001:db8::53   # office
  nameserver fe80::1%eth0
nameserver 192.0.2.53
options edns0 trust-ad
`;
    expect(list(text)).toEqual(['192.0.2.53', '2001:db8::53', 'fe80::1%eth0']);
  });

  it.each([
    'nameserver',
    'nameserver dns.contoso.test',
    'nameserver 192.0.2.053',
    'nameserver [2001:db8::53]',
    ';nameserver 192.0.2.53',
    '#nameserver 192.0.2.53',
    'nameservers 192.0.2.53',
    'nameserver fe80::1%',
    'nameserver 192.0.2.53%eth0',
    'nameserver fe80::1%eth0%eth1',
    `nameserver fe80::1%${'x'.repeat(65)}`,
  ])('does not name one in %j', (line) => {
    expect(list(`${line}\n`)).toEqual([]);
  });

  it('may have the line ends of another system', () => {
    expect(list('nameserver 192.0.2.53\r\nnameserver 192.0.2.54\r\n')).toEqual(['192.0.2.53', '192.0.2.54']);
  });

  it('is not followed without end', () => {
    const many = Array.from({ length: 100 }, (_, i) => `nameserver 192.0.2.${i}`).join('\n');
    expect(list(many)).toHaveLength(mostNameservers);
  });
});

describe('captured are', () => {
  it('the nameservers of a plain file, which tell the originals themselves', () => {
    expect(captured('nameserver 192.0.2.53\nnameserver 2001:db8::53')).toEqual([
      '192.0.2.53 < 192.0.2.53',
      '2001:db8::53 < 2001:db8::53',
    ]);
  });

  it("resolved's stub and the servers behind it, which alone know the originals", () => {
    expect(captured('nameserver 127.0.0.53', 'nameserver 192.0.2.53\nnameserver 2001:db8::53')).toEqual([
      '127.0.0.53 < 192.0.2.53 2001:db8::53',
      '192.0.2.53 < 192.0.2.53',
      '2001:db8::53 < 2001:db8::53',
    ]);
  });

  it("resolved's stub alone while it has no servers", () => {
    expect(captured('nameserver 127.0.0.53', '# none\n')).toEqual(['127.0.0.53 < 127.0.0.53']);
  });

  it("resolved's servers also where resolv.conf names others, since programs may ask over D-Bus", () => {
    expect(captured('nameserver 192.0.2.1', 'nameserver 192.0.2.53')).toEqual([
      '192.0.2.1 < 192.0.2.1',
      '192.0.2.53 < 192.0.2.53',
    ]);
  });

  it('a forwarder on loopback such as dnsmasq', () => {
    expect(captured('nameserver 127.0.0.1')).toEqual(['127.0.0.1 < 127.0.0.1']);
  });

  it('what the C library asks where no file names anybody', () => {
    expect(captured(null)).toEqual(['127.0.0.1 < 127.0.0.1']);
    expect(captured('search contoso.test')).toEqual(['127.0.0.1 < 127.0.0.1']);
  });
});

it('a nameserver is written with its scope for sockets, and with its port where that is unusual', () => {
  const server = parseNameserver('fe80::1%eth0')!;
  expect(nameserverHost(server)).toBe('fe80::1%eth0');
  expect(formatNameserver({ ...server, port: 5353 })).toBe('fe80::1%eth0#5353');
});

it('questions to a link-local address, or to another port, cannot be taken elsewhere', () => {
  const server = parseNameserver('2001:db8::53')!;
  expect(isRedirectable(server)).toBe(true);
  expect(isRedirectable({ ...server, port: 5353 })).toBe(false);
  expect(isRedirectable(parseNameserver('fe80::1%eth0')!)).toBe(false);
});
