// Public DNS records that answer with the asker's own address, and the servers that hold them.

/** As in the configuration: `address` is A over IPv4 and AAAA over IPv6. */
export type DnsPreset = {
  readonly name: string;
  readonly type: 'address' | 'TXT';
  readonly class: 'IN' | 'CH';
  readonly servers: { readonly ipv4: readonly string[]; readonly ipv6: readonly string[] };
  readonly operator: string;
};

export const dnsPresets: Readonly<Record<string, DnsPreset>> = {
  opendns: {
    name: 'myip.opendns.com',
    type: 'address',
    class: 'IN',
    servers: {
      ipv4: ['208.67.222.222', '208.67.220.220'],
      ipv6: ['2620:119:35::35', '2620:119:53::53'],
    },
    operator: 'opendns.com',
  },
  google: {
    name: 'o-o.myaddr.l.google.com',
    type: 'TXT',
    class: 'IN',
    servers: {
      ipv4: ['216.239.32.10', '216.239.34.10'],
      ipv6: ['2001:4860:4802:32::a', '2001:4860:4802:34::a'],
    },
    operator: 'google.com',
  },
  cloudflare: {
    name: 'whoami.cloudflare',
    type: 'TXT',
    class: 'CH',
    servers: {
      ipv4: ['1.1.1.1', '1.0.0.1'],
      ipv6: ['2606:4700:4700::1111', '2606:4700:4700::1001'],
    },
    operator: 'cloudflare.com',
  },
};
