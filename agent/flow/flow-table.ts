// The flows of this agent: those that live, the last that ended, and what they add up to.
import type { FlowDecision, FlowRequest } from '../core/flow.ts';
import type { FollowFlows } from '../core/flow-changes.ts';
import { formatDestination } from '../../protocol/destination.ts';
import { assertNever } from '../../protocol/error.ts';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import type { ProcessFact } from '../../protocol/process-fact.ts';
import type { RelayBytes } from '../../protocol/relay/relay.ts';
import type { Status } from '../../protocol/status.ts';
import { createFlowFollowers, snapshot, type TrackedFlow } from './flow-followers.ts';

export type FlowCounters = Status['flows'];

export type FlowTable = {
  /** Enters a flow at its decision. */
  readonly add: (request: FlowRequest, decision: FlowDecision, traceparent: string) => FlowEntry;
  /** The newest `limit` flows, living and ended, newest first. */
  readonly list: (limit: number) => FlowRecord[];
  readonly counters: () => FlowCounters;
  /** Every record, then each that is new or different; bytes that move count. */
  readonly follow: FollowFlows;
  /** Resets every open flow that `matches`; `reason` (kebab-case) stands in its record. Returns how many. */
  readonly reset: (matches: (record: FlowRecord) => boolean, reason: string) => number;
};

/** What its owner reports of one flow. */
export type FlowEntry = {
  readonly id: number;
  /** Counted up while it runs: `aToB` is what the application sent. */
  readonly bytes: RelayBytes;
  /** It may carry bytes. `reset` ends it at both sides. */
  readonly opened: (edge: string | null, reset: (reason: string) => void) => void;
  readonly observed: (egress: string | null) => void;
  /** Who opened it; this may be learnt after its end. */
  readonly openedBy: (process: ProcessFact) => void;
  /** Whose it is, by the name of the signed-in person. */
  readonly ofPerson: (name: string) => void;
  /** It was not admitted; this may be learnt after it was opened, and is not undone by its end. */
  readonly refused: (by: string, reason: string) => void;
  /** `fault` is `by: reason` of an unclean end, null for a clean one. */
  readonly ended: (fault: string | null) => void;
};

export type FlowTableOptions = {
  /** The time; an argument, so that records can be predicted. */
  readonly now: () => Date;
  /** How many ended flows are kept. */
  readonly keepEnded?: number;
};

/** Enough to look back on a minute of a busy browser; about 1 MiB. */
const defaultKeepEnded = 2_000;

type Flow = TrackedFlow & { reset: (reason: string) => void };

export function createFlowTable({ now, keepEnded = defaultKeepEnded }: FlowTableOptions): FlowTable {
  const live = new Map<number, Flow>();
  const ended: Flow[] = [];
  const followers = createFlowFollowers<Flow>({
    kept: () => ended.slice(-keepEnded),
    living: () => live.values(),
  });
  const totals = { total: 0, tunnelled: 0, direct: 0, blocked: 0, failed: 0 };

  const end = (flow: Flow, state: FlowRecord['state'], detail: string | null) => {
    const { record, bytes } = flow;
    if (!live.delete(record.id)) return;
    record.state = state;
    record.detail ??= detail;
    record.endedAt = now().toISOString();
    record.bytesSent = bytes.aToB;
    record.bytesReceived = bytes.bToA;
    // It would keep the flow's sockets.
    flow.reset = nothing;
    ended.push(flow);
    // Trimmed in blocks: shifting one by one would copy the array for each flow.
    if (ended.length > keepEnded * 2) ended.splice(0, ended.length - keepEnded);
  };

  return {
    add: (request, decision, traceparent) => {
      const id = ++totals.total;
      count(totals, decision.action);
      const flow: Flow = {
        record: newRecord(id, request, decision, traceparent, now()),
        bytes: { aToB: 0, bToA: 0 },
        reset: nothing,
      };
      live.set(id, flow);
      followers.changed(flow);
      return entryOf(flow, { totals, end, changed: followers.changed });
    },
    list: (limit) => {
      const living = [...live.values()].slice(-limit);
      const kept = ended.slice(-Math.min(limit, keepEnded));
      return [...kept, ...living]
        .map(snapshot)
        .sort((a, b) => b.id - a.id)
        .slice(0, limit);
    },
    counters: () => ({ open: live.size, ...totals }),
    follow: followers.follow,
    reset: (matches, reason) => {
      const chosen = [...live.values()].filter(
        (flow) => flow.record.state === 'open' && matches(snapshot(flow)),
      );
      for (const flow of chosen) {
        flow.record.detail ??= `opengsa: ${reason}`;
        followers.changed(flow);
        flow.reset(reason);
      }
      return chosen.length;
    },
  };
}

function nothing(): void {
  // A flow that is not open, or has ended, has nothing to reset.
}

type FlowBooks = {
  readonly totals: { failed: number };
  readonly end: (flow: Flow, state: FlowRecord['state'], detail: string | null) => void;
  readonly changed: (flow: Flow) => void;
};

function entryOf(flow: Flow, { totals, end, changed }: FlowBooks): FlowEntry {
  const { record } = flow;
  let refusal: string | null = null;
  const set = (news: Partial<FlowRecord>): void => {
    Object.assign(record, news);
    changed(flow);
  };
  const over = (state: FlowRecord['state'], detail: string | null): void => {
    end(flow, state, detail);
    changed(flow);
  };
  return {
    id: record.id,
    bytes: flow.bytes,
    opened: (edge, reset) => {
      flow.reset = reset;
      set({ state: 'open', edge });
    },
    observed: (egress) => set({ egressObserved: egress }),
    openedBy: (process) => set({ process }),
    ofPerson: (person) => set({ person }),
    refused: (by, reason) => {
      if (refusal !== null) return;
      refusal = `${by}: ${reason}`;
      if (record.action !== 'block') totals.failed += 1;
      // A later refusal shows as a reset of the stream, which may have been reported first.
      set({ detail: refusal, ...(record.endedAt === null ? {} : { state: 'refused' }) });
      if (record.state === 'opening') over('refused', refusal);
    },
    ended: (fault) => {
      if (refusal !== null) over('refused', refusal);
      else over(fault === null ? 'closed' : 'reset', fault);
    },
  };
}

function newRecord(
  id: number,
  { via, destination, source }: FlowRequest,
  decision: FlowDecision,
  traceparent: string,
  startedAt: Date,
): Flow['record'] {
  return {
    id,
    via,
    destination: formatDestination(destination),
    source: formatDestination({ host: { kind: 'address', address: source.address }, port: source.port }),
    process: null,
    person: null,
    action: decision.action,
    ruleId: decision.ruleId,
    reason: decision.reason,
    note: decision.note ?? null,
    hardening: decision.hardening,
    authentication: decision.authentication,
    state: 'opening',
    detail: null,
    edge: null,
    egressObserved: null,
    traceparent: decision.action === 'tunnel' ? traceparent : null,
    startedAt: startedAt.toISOString(),
    endedAt: null,
    bytesSent: 0,
    bytesReceived: 0,
  };
}

function count(
  totals: { tunnelled: number; direct: number; blocked: number },
  action: FlowDecision['action'],
): void {
  switch (action) {
    case 'tunnel':
      totals.tunnelled += 1;
      return;
    case 'direct':
      totals.direct += 1;
      return;
    case 'block':
      totals.blocked += 1;
      return;
    default:
      assertNever(action);
  }
}
