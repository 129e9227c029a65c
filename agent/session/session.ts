// The person's part of the agent: keeps the system's proxy setting as it should be, looking again and again.
import { explain } from '../../protocol/error.ts';
import type { Clock, Timer } from '../clock.ts';
import { type ProxyFacts, settingBefore } from '../core/proxy-plan.ts';
import type { ProxyWanted } from '../core/proxy-wanted.ts';
import type { ProxyEntries } from '../core/saved-proxy.ts';
import type { SessionReport } from '../core/session-report.ts';
import type { Chain } from './chain.ts';
import { meaningText } from './meaning-text.ts';
import type { SavedFile } from './saved-file.ts';
import { restore, settle } from './settle.ts';
import type { ProxyMeaning, SystemProxy } from './system-proxy.ts';

export type SessionSetup = {
  readonly system: SystemProxy;
  readonly saved: SavedFile;
  readonly chain: Chain;
  readonly clock: Clock;
  /** Of our PAC server and of the agent, as far as they are known without an agent. */
  readonly marks: readonly string[];
  readonly pid: number;
  readonly wanted: () => ProxyWanted;
  /** After each look whose outcome differs from the one before. */
  readonly changed: (report: SessionReport) => void;
};

export type Session = {
  /** Looks at once, or once more after the look that is under way. Resolves when that look is over. */
  readonly look: () => Promise<void>;
  readonly report: () => SessionReport | null;
  /** The person's own setting is back when this resolves. @throws OpenGsaError where it is not */
  readonly end: () => Promise<void>;
};

/** What another program changes is seen, and said, within this time. */
const lookEveryMs = 15_000;
/** A setting that does not stay is written so often an hour, and then left. */
const mostWrites = 3;
const writesWithinMs = 60 * 60_000;

type Memory = {
  /** `leave` while ours has stood there. */
  foreign: ProxyFacts['foreign'];
  writes: { readonly wish: string; readonly at: number }[];
  /** Of the last look that wrote: they hold until something is written again. */
  warnings: readonly string[];
  report: SessionReport | null;
  ending: boolean;
};

export function startSession(setup: SessionSetup): Session {
  const memory: Memory = { foreign: 'adopt', writes: [], warnings: [], report: null, ending: false };
  let timer: Timer | null = null;
  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;

  const look = (): Promise<void> => {
    waiting ??= running.then(async () => {
      waiting = null;
      running = lookOnce(setup, memory);
      await running;
      timer?.cancel();
      if (!memory.ending) timer = setup.clock.setTimer(() => void look(), lookEveryMs);
    });
    return waiting;
  };
  return {
    look,
    report: () => memory.report,
    async end() {
      memory.ending = true;
      await look();
      timer?.cancel();
      const { saved, system, clock } = setup;
      if ((await saved.read()) === null) return;
      // Whatever hindered the last look is said now, by its own error.
      await restore({ system, saved, clock });
    },
  };
}

/** Never rejects: what goes wrong is in the report, and tried again at the next look. */
async function lookOnce(setup: SessionSetup, memory: Memory): Promise<void> {
  const before = memory.report;
  memory.report = await reportOf(setup, memory).catch((error: unknown) => ({
    ...(before ?? blankReport(setup)),
    state: { kind: 'failed' as const, cause: explain(error) },
  }));
  const words = ({ chained, ...rest }: SessionReport) =>
    JSON.stringify([rest, chained?.source, chained?.fault]);
  if (before === null || words(before) !== words(memory.report)) setup.changed(memory.report);
}

async function reportOf(setup: SessionSetup, memory: Memory): Promise<SessionReport> {
  const { system, saved, clock, chain } = setup;
  const wanted: ProxyWanted | null = memory.ending ? null : setup.wanted();
  const looked = await lookBefore(setup, memory);
  let wish = null;
  let hindrance: string | null = null;
  if (wanted?.kind === 'wanted') {
    try {
      wish = system.wish(await chain.target(wanted, looked.before, system.takesPac), looked.current);
    } catch (error) {
      // Ours would take the network away, or lead nowhere.
      hindrance = explain(error);
    }
  }
  const settled = await settle({
    ...{ system, saved, clock, wish },
    foreign: memory.foreign,
    writesLeft:
      wish === null ? mostWrites : writesLeft(memory, JSON.stringify(wish.entries), clock.monotonic()),
  });
  if (settled.writes > 0) memory.warnings = settled.warnings;
  if (wish === null && settled.state.kind === 'absent') memory.foreign = 'adopt';
  if (wish !== null) {
    const made = { wish: JSON.stringify(wish.entries), at: clock.monotonic() };
    memory.writes.push(...Array.from({ length: settled.writes }, () => made));
    if (settled.state.kind === 'set') memory.foreign = 'leave';
  }
  const after = await lookBefore(setup, memory);
  return {
    ...blankReport(setup),
    state: stateOf(settled.state, wanted, hindrance),
    current: meaningText(system.meaning(after.current)),
    before: meaningText(after.before),
    chained: wish === null ? null : chain.shown(),
    warnings: [...memory.warnings],
  };
}

async function lookBefore(
  { system, saved, marks }: SessionSetup,
  { foreign }: Memory,
): Promise<{ readonly current: ProxyEntries; readonly before: ProxyMeaning }> {
  const current = await system.read();
  const facts = { saved: await saved.read(), current, neutral: system.neutral(current), foreign };
  return { current, before: system.meaning(settingBefore(facts, marks)) };
}

/** Only writes of the same setting are a fight; another text of ours is another setting. */
function writesLeft(memory: Memory, wish: string, now: number): number {
  memory.writes = memory.writes.filter(({ at }) => now - at < writesWithinMs);
  return mostWrites - memory.writes.filter((write) => write.wish === wish).length;
}

function stateOf(
  state: Awaited<ReturnType<typeof settle>>['state'],
  wanted: ProxyWanted | null,
  hindrance: string | null,
): SessionReport['state'] {
  if (state.kind === 'taken-over' || state.kind === 'not-kept') return { ...state, keys: [...state.keys] };
  if (state.kind === 'set') return state;
  if (hindrance !== null) return { kind: 'hindered', cause: hindrance };
  return { kind: 'absent', reason: wanted?.kind === 'unwanted' ? wanted.reason : null };
}

function blankReport({ system, pid }: SessionSetup): SessionReport {
  return {
    version: 1,
    pid,
    system: system.kind,
    place: system.place,
    state: { kind: 'absent', reason: null },
    current: 'not known',
    before: 'not known',
    chained: null,
    warnings: [],
  };
}
