// The real counterparts that tests start, where Debian puts them, and the packages that bring each.
import { accessSync, constants } from 'node:fs';

export const debianPrograms = {
  curl: { path: '/usr/bin/curl', package: 'curl' },
  openssl: { path: '/usr/bin/openssl', package: 'openssl' },
  haproxy: { path: '/usr/sbin/haproxy', package: 'haproxy' },
  nginx: { path: '/usr/sbin/nginx', package: 'nginx-light' },
  // apache2-bin is the program with its modules and no service; `apache2` would start one.
  apache2: { path: '/usr/sbin/apache2', package: 'apache2-bin' },
  squid: { path: '/usr/sbin/squid', package: 'squid-openssl' },
  chromium: { path: '/usr/bin/chromium', package: 'chromium' },
  certutil: { path: '/usr/bin/certutil', package: 'libnss3-tools' },
  ip: { path: '/usr/sbin/ip', package: 'iproute2' },
  nft: { path: '/usr/sbin/nft', package: 'nftables' },
  tcpdump: { path: '/usr/bin/tcpdump', package: 'tcpdump' },
  ethtool: { path: '/usr/sbin/ethtool', package: 'ethtool' },
  python3: { path: '/usr/bin/python3', package: 'python3-minimal' },
  turnserver: { path: '/usr/bin/turnserver', package: 'coturn' },
  dnsmasq: { path: '/usr/sbin/dnsmasq', package: 'dnsmasq-base' },
  rsyslogd: { path: '/usr/sbin/rsyslogd', package: 'rsyslog' },
  dig: { path: '/usr/bin/dig', package: 'bind9-dnsutils' },
  'update-ca-certificates': { path: '/usr/sbin/update-ca-certificates', package: 'ca-certificates' },
  script: { path: '/usr/bin/script', package: 'bsdutils' },
  unshare: { path: '/usr/bin/unshare', package: 'util-linux' },
  // GNOME's settings, with the service that keeps them and what there is to set.
  gsettings: { path: '/usr/bin/gsettings', package: 'libglib2.0-bin' },
  'dconf-service': {
    path: '/usr/libexec/dconf-service',
    package: 'dconf-gsettings-backend gsettings-desktop-schemas',
  },
  'dbus-daemon': { path: '/usr/bin/dbus-daemon', package: 'dbus-daemon' },
  'dbus-send': { path: '/usr/bin/dbus-send', package: 'dbus-bin' },
  kwriteconfig5: { path: '/usr/bin/kwriteconfig5', package: 'libkf5config-bin' },
  git: { path: '/usr/bin/git', package: 'git' },
  // Installed, it would take over the machine's own /etc/resolv.conf: it is unpacked beside what is installed.
  'systemd-resolved': {
    path: '/var/cache/opengsa-tests/systemd-resolved/lib/systemd/systemd-resolved',
    package: 'libsystemd-shared',
    unpacked: 'systemd-resolved',
  },
  mount: { path: '/usr/bin/mount', package: 'mount' },
  nsenter: { path: '/usr/bin/nsenter', package: 'util-linux' },
  setpriv: { path: '/usr/bin/setpriv', package: 'util-linux' },
} as const;

/** What is only unpacked lies here, in a folder named like its package. */
export const unpackedPackages = '/var/cache/opengsa-tests';

export type DebianProgram = keyof typeof debianPrograms;

/** The program's absolute path, or null where it is not installed: the test then skips and says so. */
export function installedProgram(name: DebianProgram): string | null {
  const { path } = debianPrograms[name];
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return null;
  }
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
