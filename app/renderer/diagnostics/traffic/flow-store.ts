// The flows that this window follows, with what their destinations will see: kept outside of React.
import { createFlowBuffer, flowKey } from '../../../shared/flow-buffer.ts';
import type { Transport } from '../../../shared/transport.ts';
import type { FlowRecord } from '../../../../protocol/flow-record.ts';
import type { SeenAs } from '../../../../protocol/seen-as.ts';
import type { WindowState } from '../../../../protocol/window.ts';
import { createFlowPredictions } from './flow-predictions.ts';

/** A flow as it is shown. The same value until it differs. */
export type ShownFlow = { readonly flow: FlowRecord; readonly seen: SeenAs | null };

export type FlowStore = {
  /** Newest first; the same array until something differs. */
  readonly flows: () => readonly ShownFlow[];
  readonly clear: () => void;
  /** Follows for as long as somebody listens. */
  readonly subscribe: (listener: () => void) => () => void;
};

export type FlowStoreSetup = {
  readonly transport: Transport;
  readonly now: () => Date;
  /** Calls `run` once after `ms`. */
  readonly later: (run: () => void, ms: number) => void;
  /** Whether somebody can see the page, and what calls `listener` whenever that changes. */
  readonly page: {
    readonly isHidden: () => boolean;
    readonly onChange: (listener: () => void) => () => void;
  };
};

export const mostFlows = 100_000;
/** What one question may ask for. */
const mostDestinations = 100;
/** Between two questions: many destinations are no reason to keep the agent busy. */
const askAgainMs = 100;
/** Pictures in which only byte counts differ come this often, in ms: nobody reads them faster. */
const countsEveryMs = 1_000;

export function createFlowStore({ transport, now, later, page }: FlowStoreSetup): FlowStore {
  const buffer = createFlowBuffer<ShownFlow>(mostFlows);
  const predictions = createFlowPredictions(mostFlows);
  const listeners = new Set<() => void>();
  let shown: readonly ShownFlow[] = [];
  let circumstances = '';
  let asking = false;
  /** Something differs that nobody could see. */
  let missed = false;

  const tell = (): void => {
    missed = page.isHidden();
    if (missed) return;
    shown = buffer.list();
    listeners.forEach((listener) => listener());
  };
  const tellLater = onceAtATime((run) => later(run, countsEveryMs), tell);
  const enter = (flows: readonly FlowRecord[]): void =>
    buffer.add(flows.map((flow) => ({ flow, seen: predictions.of(flow) })));
  const onFlows = (flows: readonly FlowRecord[]): void => {
    const isNews = flows.some((flow) => buffer.get(flowKey(flow))?.flow.state !== flow.state);
    predictions.add(flows);
    enter(flows);
    if (isNews) tell();
    else tellLater();
    void ask();
  };
  const ask = async (): Promise<void> => {
    const destinations = predictions.wanted(mostDestinations);
    if (asking || destinations.length === 0) return;
    asking = true;
    const answer = await transport.call('seen-as.get', { destinations: [...destinations] });
    asking = false;
    // One that cannot be predicted is not asked for again.
    enter(predictions.learn(destinations, answer.ok ? answer.result.destinations : []));
    if (predictions.wanted(1).length > 0) {
      later(() => void ask(), askAgainMs);
      tellLater();
    } else tell();
  };
  const learnState = (state: WindowState): void => {
    const next = circumstancesOf(state);
    if (circumstances !== '' && next !== circumstances) predictions.outdated();
    circumstances = next;
  };
  const follow = (): (() => void) => {
    const stops = [
      transport.on('flows', onFlows),
      transport.on('state', learnState),
      page.onChange(() => missed && tell()),
    ];
    void transport.call('state.get', {}).then((answer) => answer.ok && learnState(answer.result));
    void transport.call('flows.follow', { on: true });
    return () => {
      void transport.call('flows.follow', { on: false });
      stops.forEach((stop) => stop());
    };
  };
  let stop: (() => void) | null = null;
  return {
    flows: () => shown,
    clear() {
      buffer.clear(now().toISOString());
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      stop ??= follow();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = null;
      };
    },
  };
}

/** @returns what plans `run`, and does nothing while it is planned */
function onceAtATime(plan: (run: () => void) => void, run: () => void): () => void {
  let planned = false;
  return () => {
    if (planned) return;
    planned = true;
    plan(() => {
      planned = false;
      run();
    });
  };
}

/** What predictions rest on. */
function circumstancesOf({ link, status }: WindowState): string {
  if (status === null) return link.kind;
  const { connection, profiles, egress, edgeEgress, signaling } = status;
  const addresses = [egress.ipv4.address, egress.ipv6.address, edgeEgress.ipv4, edgeEgress.ipv6];
  const inForce = profiles.map(({ name, enabled, version }) => [name, enabled, version]);
  return JSON.stringify([link.kind, connection.kind, addresses, signaling, inForce]);
}
