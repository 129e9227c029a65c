// The program that hears the kernel: what happens when it is missing, fails, or is not needed any more.
import { afterEach, describe, expect, it } from 'vitest';
import { watchNetlink } from '../../../../agent/network/netlink-watch.ts';
import type { NetworkWatch } from '../../../../agent/network/network-source.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const patience = { timeout: 10_000, interval: 10 };
let watch: NetworkWatch | null = null;
afterEach(() => watch?.stop());

function start(program: string | null) {
  const clock = manualClock();
  const faults: string[] = [];
  let nudges = 0;
  let waits = 0;
  const random = (): number => {
    waits++;
    return 0.5;
  };
  const settings = { clock, random, onFault: (reason: string) => void faults.push(reason) };
  watch = watchNetlink(() => nudges++, settings, program);
  return { clock, faults, watch, nudges: () => nudges, waits: () => waits };
}

describe.skipIf(process.platform !== 'linux')('the program that hears the kernel', () => {
  it('is done without where the system has none', () => {
    const { faults, watch: none, clock } = start(null);
    expect(faults).toEqual([expect.stringMatching(/^there is no \/usr\/sbin\/ip/)]);
    expect(none.isLive()).toBe(false);
    expect(clock.pending()).toBe(0);
  });

  it('counts as live, with a look at what came before, when it has had time to subscribe', () => {
    const { clock, watch: live, nudges } = start('/usr/bin/yes');
    expect(live.isLive()).toBe(false);
    clock.advance(500);
    expect(live.isLive()).toBe(true);
    expect(nudges()).toBeGreaterThan(0);
  });

  it('nudges for whatever it prints', async () => {
    const { nudges } = start('/usr/bin/yes');
    await expect.poll(nudges, patience).toBeGreaterThan(3);
  });

  it('is started again ever more rarely when it fails, and one row of failures is one fault', async () => {
    const { clock, faults, watch: failing, waits } = start('/bin/false');
    for (const [i, waitMs] of [1000, 2000, 4000].entries()) {
      await expect.poll(waits, patience).toBe(i + 1);
      clock.advance(waitMs - 1);
      expect(clock.pending()).toBe(1);
      expect(failing.isLive()).toBe(false);
      clock.advance(1);
    }
    expect(faults).toEqual([expect.stringMatching(/^\/bin\/false ended \(1\)$/)]);
  });

  it('is not started again after a stop, and a stop waits for its end', async () => {
    const { clock, faults, watch: stopped } = start('/usr/bin/yes');
    clock.advance(500);
    await stopped.stop();
    expect(stopped.isLive()).toBe(false);
    expect(clock.pending()).toBe(0);
    expect(faults).toEqual([]);
  });
});
