// The laboratory itself: a link that does what it was asked for, or every figure taken over it is worthless.
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { LinkOptions } from '../support/emulated-link.ts';
import { createNetlab, type Netlab, netlabAddresses, netlabObstacle } from '../support/netlab.ts';
import { pinnedNode } from '../support/processes.ts';

const obstacle = netlabObstacle();
if (obstacle !== null) process.stdout.write(`link laboratory skipped: ${obstacle}\n`);
const programs = join(import.meta.dirname, 'programs');
const { origin } = netlabAddresses;

const exchanges = z.array(
  z.object({
    connectedMs: z.number(),
    doneMs: z.number(),
    equal: z.boolean().optional(),
    error: z.string().optional(),
  }),
);

describe.skipIf(obstacle !== null)('the emulated link', () => {
  let lab: Netlab | null = null;
  afterEach(async () => {
    await lab?.end();
    lab = null;
  });

  async function laboratory(link: LinkOptions): Promise<Netlab> {
    lab = await createNetlab(link);
    await lab.start('far', pinnedNode, [join(programs, 'echo.ts'), origin, '7']).line(/^ready$/);
    return lab;
  }

  async function exchange(lab: Netlab, bytes: number, times = 1) {
    const args = [join(programs, 'exchange.ts'), origin, '7', String(bytes), String(times)];
    const { stdout, stderr } = await lab.run('app', pinnedNode, args);
    expect(stderr).toBe('');
    return exchanges.parse(JSON.parse(stdout));
  }

  it('delays each way by what was asked', async () => {
    const results = await exchange(await laboratory({ delayMs: 20 }), 1, 11);
    const connected = results.map((r) => r.connectedMs).toSorted((a, b) => a - b);
    expect(connected[5]).toBeGreaterThan(40);
    expect(connected[5]).toBeLessThan(60);
    expect(results.every((r) => r.equal)).toBe(true);
  });

  it('limits the rate', async () => {
    // 2 MiB at 80 Mbit/s take 210 ms each way; both ways overlap.
    const [result] = await exchange(await laboratory({ rateMbit: 80 }), 2 * 1024 * 1024);
    expect(result).toMatchObject({ equal: true });
    expect(result!.doneMs).toBeGreaterThan(210);
    expect(result!.doneMs).toBeLessThan(1500);
  });

  it.each([
    ['lost', { loss: 0.05 }],
    ['reordered', { reorder: 0.1 }],
    ['duplicated', { duplicate: 0.2 }],
    ['corrupted', { corrupt: 0.02 }],
  ] as const)('lets TCP carry every byte although frames are %s', async (fault, options) => {
    const made = await laboratory({ delayMs: 5, ...options });
    const [result] = await exchange(made, 300_000);
    expect(result).toMatchObject({ equal: true });
    const fate = await made.fate();
    const share = Object.values(options)[0]!;
    expect(fate[fault] / fate.frames).toBeGreaterThan(share / 3);
    expect(fate[fault] / fate.frames).toBeLessThan(share * 3);
  });

  it('varies the delay by the jitter', async () => {
    const results = await exchange(await laboratory({ delayMs: 20, jitterMs: 10 }), 1, 15);
    const connected = results.map((r) => r.connectedMs).toSorted((a, b) => a - b);
    expect(connected.at(-1)! - connected[0]!).toBeGreaterThan(3);
    expect(connected[0]).toBeGreaterThan(20);
  });

  it('carries nothing while cut, and goes on when mended', async () => {
    const made = await laboratory({ delayMs: 1 });
    await exchange(made, 1);
    made.cut();
    const args = [join(programs, 'exchange.ts'), origin, '7', '1'];
    const waiting = made.start('app', pinnedNode, args);
    const nothing = await Promise.race([waiting.ended, new Promise((r) => setTimeout(() => r('none'), 700))]);
    expect(nothing).toBe('none');
    made.mend();
    expect(JSON.parse((await waiting.ended).stdout)).toMatchObject([{ equal: true }]);
  });

  it('gives the device another address', async () => {
    const made = await laboratory({ delayMs: 1 });
    made.roam(netlabAddresses.roamed);
    expect(await exchange(made, 1)).toMatchObject([{ equal: true }]);
  });
});
