// The names with who asked, as far as the system says it in time.
import { expect, it, vi } from 'vitest';
import { parseAddress } from '../../../protocol/address.ts';
import { createHostnames } from '../../../agent/hostnames.ts';
import type { DnsAsker } from '../../../agent/dns/endpoint.ts';
import { manualClock } from '../../support/manual-clock.ts';

const asker: DnsAsker = { transport: 'udp', address: parseAddress('192.0.2.7')!, port: 40_000 };
const curl = { uid: 1000, pid: 42, executable: '/usr/bin/curl', unknown: null };

it('shows who asked last, also when a later look finds nobody', async () => {
  const whoAsked = vi.fn(() => Promise.resolve<typeof curl | null>(curl));
  const hostnames = createHostnames({ clock: manualClock(), whoAsked });
  hostnames.asked('a.test', null, asker);
  await vi.waitFor(() => expect(hostnames.list(1)).toMatchObject([{ name: 'a.test', process: curl }]));
  expect(whoAsked).toHaveBeenCalledWith(asker);
  whoAsked.mockResolvedValue(null);
  hostnames.asked('a.test', null, asker);
  await Promise.resolve();
  expect(hostnames.list(1)).toMatchObject([{ questions: 2, process: curl }]);
});

it('looks for a few at a time', () => {
  const whoAsked = vi.fn(() => new Promise<null>(() => undefined));
  const hostnames = createHostnames({ clock: manualClock(), whoAsked });
  for (let i = 0; i < 100; i++) hostnames.asked(`n${i}.test`, null, asker);
  expect(whoAsked).toHaveBeenCalledTimes(8);
  expect(hostnames.list(1000)).toHaveLength(100);
});
