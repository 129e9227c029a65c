// Every case of the hardening grid, as docs/security.md has it: what programs get, and what leaves the device meanwhile.
//
//   app: agent, curl ──eth0────lan── nat1 (tcpdump) ── internet ── far: edge, destinations, nameserver
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { families } from '../../protocol/address.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { controlAddresses, type GridLab, startGridLab } from '../support/grid-lab.ts';
import {
  askDirectly,
  outcomeOf,
  packetsOf,
  probe,
  reasonsOf,
  syntheticPackets,
} from '../support/grid-probe.ts';
import { enterState } from '../support/grid-states.ts';
import { unreadAt } from '../support/grid-unread.ts';
import {
  cellsOf,
  expectationOf,
  type GridCell,
  gridFronts,
  type GridState,
  gridStates,
} from '../support/hardening-grid.ts';
import { natLabObstacle } from '../support/nat-lab.ts';
import { otherAccountsObstacle } from '../support/other-accounts.ts';

const missing = (['curl', 'nft', 'tcpdump', 'dnsmasq'] as const).filter(
  (name) => installedProgram(name) === null,
);
const obstacle =
  natLabObstacle() ??
  otherAccountsObstacle() ??
  (missing.length > 0 ? `missing: ${missing.join(', ')}` : null);
if (obstacle !== null) process.stdout.write(`hardening grid skipped: ${obstacle}\n`);

describe.skipIf(obstacle !== null)('a connection that a rule forwards', () => {
  let grid: GridLab;
  const total = { cells: 0, asDocumented: 0, leaked: 0 };
  afterEach(() => grid.organisation.end());
  afterAll(() => {
    const { cells, asDocumented, leaked } = total;
    process.stdout.write(
      `hardening grid: ${asDocumented} of ${cells} as documented, ${leaked} packets leaked\n`,
    );
  });

  it.each(gridStates)('ends as documented, and nothing leaves that must not: %s', async (state) => {
    grid = await startGridLab();
    const entered = await enterState[state](grid);
    await seeControl();
    const cells = cellsOf(state);
    const before = grid.capture.packets().length;
    const probing = Promise.all(cells.map((cell) => probe(grid, cell, patienceOf(state))));
    if (state === 'agent frozen') await expectAllUnread();
    const attempts = await probing;
    await entered.confirm();
    // Whatever left before it was seen before it.
    await seeControl();
    const packets = grid.capture.packets().slice(before);
    const flows = answers(state) ? await grid.organisation.flows() : [];
    const found = cells.map((cell, i) => ({
      cell: nameOf(cell),
      outcomes: [...new Set(attempts[i]!.map((attempt) => outcomeOf(attempt, entered.gaveUpAt())))],
      reasons: reasonsOf(flows, cell),
      left: packetsOf(packets, cell).length > 0,
    }));
    const wanted = cells.map((cell) => {
      const { outcome, reason } = expectationOf(cell);
      const reasons = reason === null ? [] : [reason];
      return { cell: nameOf(cell), outcomes: [outcome], reasons, left: outcome === 'direct' };
    });
    total.cells += cells.length;
    total.asDocumented += found.filter((one, i) => JSON.stringify(one) === JSON.stringify(wanted[i])).length;
    total.leaked += cells
      .filter((cell) => expectationOf(cell).outcome !== 'direct')
      .reduce((sum, cell) => sum + packetsOf(packets, cell).length, syntheticPackets(packets).length);
    expect(found).toEqual(wanted);
    expect(syntheticPackets(packets)).toEqual([]);
    expect(await grid.capture.stop()).toBe(0);
  });

  /** The capture sees a connection that the agent has nothing to do with, in both families. */
  async function seeControl(): Promise<void> {
    for (const family of families) {
      const address = controlAddresses[family];
      const seen = () => grid.capture.packets().filter(({ to }) => to === address).length;
      const before = seen();
      expect(await askDirectly(grid, address)).toMatchObject({ exitCode: 0 });
      await expect.poll(seen, { timeout: 10_000, interval: 20 }).toBeGreaterThan(before);
    }
  }

  /** Every question has reached a socket of the agent's. */
  async function expectAllUnread(): Promise<void> {
    const perFront = (2 * cellsOf('agent frozen').length) / gridFronts.length;
    const wanted = gridFronts.map((front) =>
      // Who knows of no proxy asks for a name before it connects.
      front === 'transparent'
        ? { connections: perFront / 2, questions: true }
        : { connections: perFront, questions: false },
    );
    const unread = () => gridFronts.map((front) => unreadAt(grid, front));
    await expect.poll(unread, { timeout: 3000, interval: 20 }).toEqual(wanted);
  }
});

/** How long a program waits, in ms: longer than the agent lets anything wait, except where nothing will ever come. */
function patienceOf(state: GridState): number {
  return state === 'agent frozen' ? 4000 : 20_000;
}

function answers(state: GridState): boolean {
  return state !== 'agent killed' && state !== 'agent frozen';
}

function nameOf({ hardening, family, front }: GridCell): string {
  return `${hardening}, ${family}, ${front}`;
}
