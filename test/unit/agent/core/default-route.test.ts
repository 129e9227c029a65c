// Reading the kernel's routing tables.
import { describe, expect, it } from 'vitest';
import {
  defaultIpv4Route,
  defaultIpv6Route,
  ipv4RoutesWithin,
} from '../../../../agent/core/default-route.ts';
import { parsePrefix } from '../../../../protocol/address.ts';

const header = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const zero = '0'.repeat(32);

describe('default route', () => {
  it('is the one with the lowest metric', () => {
    const table = `${header}eth0\t00000000\t010200C0\t0003\t0\t0\t200\t00000000\t0\t0\t0
wlan0\t00000000\t016433C6\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n`;
    expect(defaultIpv4Route(table)).toBe('wlan0 via 198.51.100.1');
  });

  it('is none without a table, a default or a usable default', () => {
    expect(defaultIpv4Route('')).toBeNull();
    expect(
      defaultIpv4Route(`${header}eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0`),
    ).toBeNull();
    expect(
      defaultIpv4Route(`${header}eth0\t00000000\t010200C0\t0203\t0\t0\t0\t00000000\t0\t0\t0`),
    ).toBeNull();
    expect(defaultIpv6Route('')).toBeNull();
  });

  it('is read for IPv6, where the kernel’s own unreachable default does not count', () => {
    const gateway = 'fe800000000000000000000000000001';
    const unreachable = `${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo\n`;
    const real = `${zero} 00 ${zero} 00 ${gateway} 00000400 00000002 00000000 00000003     eth0\n`;
    expect(defaultIpv6Route(unreachable)).toBeNull();
    expect(defaultIpv6Route(unreachable + real)).toBe('eth0 via fe80:0000:0000:0000:0000:0000:0000:0001');
  });
});

describe('routes within a range', () => {
  it('are those to networks that lie in it, not those that hold it', () => {
    const range = parsePrefix('6.6.0.0/16');
    if (range === null) throw new Error('no prefix');
    const route = (device: string, destination: string, mask: string, flags = '0001') =>
      `${device}\t${destination}\t00000000\t${flags}\t0\t0\t0\t${mask}\t0\t0\t0\n`;
    const table = [
      header,
      route('eth0', '00000000', '00000000', '0003'),
      route('tun0', '00000606', '0000FFFF'),
      route('tun1', '00070606', '00FFFFFF'),
      route('tun2', '00000706', '0000FFFF'),
      route('tun3', '00000606', '0000FFFF', '0200'),
    ].join('');
    expect(
      ipv4RoutesWithin(table, range).map(
        ({ device, prefix }) => `${device} ${prefix.address.text}/${prefix.length}`,
      ),
    ).toEqual(['tun0 6.6.0.0/16', 'tun1 6.6.7.0/24']);
    expect(ipv4RoutesWithin('', range)).toEqual([]);
  });
});
