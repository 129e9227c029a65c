// Which differences of the network count as a change, and which do not.
import { describe, expect, it } from 'vitest';
import {
  formatDelta,
  hasWayOut,
  networkDelta,
  type NetworkState,
  unknownGateway,
} from '../../../../agent/core/network-change.ts';

const home: NetworkState = {
  addresses: ['eth0 192.0.2.5/24', 'eth0 2001:db8::5/64', 'eth0 fe80::1/64'],
  gateways: { ipv4: 'eth0 via 192.0.2.1', ipv6: null },
};
const second = { wallMs: 1000, monotonicMs: 1000, expectedMs: 1000 };

describe('network change', () => {
  it('is nothing when nothing differs', () => {
    expect(networkDelta(home, { ...home }, second)).toBeNull();
  });

  it('names addresses that came and went', () => {
    const roamed = { ...home, addresses: ['wlan0 198.51.100.9/24', ...home.addresses.slice(1)] };
    expect(networkDelta(home, roamed, second)).toEqual({
      added: ['wlan0 198.51.100.9/24'],
      removed: ['eth0 192.0.2.5/24'],
      gateways: [],
      wokeAfterMs: null,
      clockJumpMs: null,
    });
  });

  it('ignores link-local addresses', () => {
    const addresses = [...home.addresses.slice(0, 2), 'veth7 fe80::2/64', 'eth1 169.254.7.7/16'];
    expect(networkDelta(home, { ...home, addresses }, second)).toBeNull();
  });

  it('sees another default route although all addresses stay', () => {
    const gateways = { ...home.gateways, ipv4: 'wlan0 via 198.51.100.1' };
    expect(networkDelta(home, { ...home, gateways }, second)?.gateways).toEqual(['ipv4']);
  });

  it.each([
    ['a suspend in which the monotonic clock stood still', 600_000, 1000, 600_000, 599_000],
    ['a process that was stopped', 60_000, 60_000, 60_000, null],
    ['a clock set forward a little', 6000, 1000, null, 5000],
    ['a clock set back', -3_600_000, 1000, null, -3_601_000],
  ])('sees %s', (_, wallMs, monotonicMs, wokeAfterMs, clockJumpMs) => {
    const delta = networkDelta(home, home, { wallMs, monotonicMs, expectedMs: 1000 });
    expect(delta).toMatchObject({ added: [], removed: [], wokeAfterMs, clockJumpMs });
  });

  it('takes a late look and a slewed clock as nothing', () => {
    const late = { wallMs: 9000, monotonicMs: 8000, expectedMs: 1000 };
    expect(networkDelta(home, home, late)).toBeNull();
  });

  it('is written in one line', () => {
    const delta = networkDelta(
      home,
      { addresses: home.addresses.slice(1), gateways: { ipv4: null, ipv6: null } },
      { wallMs: 90_000, monotonicMs: 1000, expectedMs: 1000 },
    )!;
    expect(formatDelta(delta)).toBe(
      'removed eth0 192.0.2.5/24, ipv4 gateway, woke after 90 s, clock set by 89 s',
    );
    const added = ['wlan0 198.51.100.9/24'];
    expect(
      formatDelta({ added, removed: [], gateways: ['ipv6'], wokeAfterMs: null, clockJumpMs: null }),
    ).toBe('added wlan0 198.51.100.9/24, ipv6 gateway');
  });

  it('sees a jump and a sleep in passages of any length', () => {
    const soon = { wallMs: 3020, monotonicMs: 20, expectedMs: 1000 };
    expect(networkDelta(home, home, soon)).toMatchObject({ clockJumpMs: 3000, wokeAfterMs: null });
    expect(networkDelta(home, home, { wallMs: 20, monotonicMs: 20, expectedMs: 1000 })).toBeNull();
  });
});

describe('a way out', () => {
  const none = { ipv4: null, ipv6: null };
  it.each<[string, boolean, NetworkState]>([
    ['an address and a route of one family', true, home],
    ['IPv6 alone', true, { ...home, gateways: { ipv4: null, ipv6: 'eth0 via 2001:db8::1' } }],
    ['a route of a family that has no address', false, { ...home, addresses: ['eth0 2001:db8::5/64'] }],
    ['no route', false, { ...home, gateways: none }],
    ['link-local addresses', false, { ...home, addresses: ['eth0 169.254.7.7/16', 'eth0 fe80::1/64'] }],
    ['nothing at all', false, { addresses: [], gateways: none }],
    ['a route that is not known', true, { ...home, gateways: { ipv4: null, ipv6: unknownGateway } }],
  ])('%s: %s', (_, expected, state) => {
    expect(hasWayOut(state)).toBe(expected);
  });
});
