// The connection that the tunnel's machine speaks of: being made, in use with its view, and those it replaced.
import { viewPath } from '../../protocol/tunnel.ts';
import type { Clock } from '../clock.ts';
import type { Attempt, TunnelEvent, TunnelFailure } from '../core/session-state.ts';
import type { EdgeLink } from './edge-link.ts';
import { tunnelFailure } from './failure.ts';
import { deviceRefusal, pollView, type ViewState } from './view-poll.ts';

/** How long flows of an edge that another replaces may go on. */
const replacedGraceMs = 3600 * 1000;

export type LiveEdgeOptions = {
  readonly clock: Clock;
  readonly connect: (edge: number, signal: AbortSignal) => Promise<EdgeLink>;
  readonly nameOf: (edge: number) => string;
  readonly report: (event: TunnelEvent) => void;
  /** Called when the view has changed. */
  readonly changed: () => void;
};

export type LiveEdge = {
  readonly link: () => EdgeLink | null;
  readonly view: () => ViewState;
  readonly connect: (attempt: Attempt) => Promise<void>;
  readonly abandon: () => void;
  /** Puts the connection that was made last in use; what was in use ends with its flows. */
  readonly adopt: () => void;
  /** What was in use is so no more. */
  readonly leave: () => void;
  /** Has every connection, those that were replaced included, prove that its edge still answers. */
  readonly examine: () => void;
  readonly retireAll: (graceMs: number) => Promise<void>;
  readonly closeAll: () => void;
};

export function createLiveEdge({ clock, connect, nameOf, report, changed }: LiveEdgeOptions): LiveEdge {
  const links = new Set<EdgeLink>();
  let view: ViewState = { kind: 'unknown' };
  let current: EdgeLink | null = null;
  let stopPolling: () => void = () => undefined;
  let made: EdgeLink | null = null;
  let giveUp: AbortController | null = null;
  /** An edge has refused this device after it had connected: the next one is in use only when it does not. */
  let doubted = false;

  const retire = async (link: EdgeLink, graceMs: number) => {
    await link.retire(graceMs);
    links.delete(link);
  };
  const lose = (link: EdgeLink, graceMs: number, failure: TunnelFailure) => {
    void retire(link, graceMs);
    if (current === link) report({ kind: 'lost', failure });
  };
  const leave = () => {
    stopPolling();
    current = null;
    view = { kind: 'unknown' };
  };
  const adopt = () => {
    const [link, old] = [made, current];
    made = null;
    if (link === null) return;
    leave();
    links.add(link);
    current = link;
    stopPolling = pollView(
      link,
      clock,
      (seen) => {
        if (current !== link) return;
        view = seen;
        if (seen.kind === 'foreign') link.markForeign();
        changed();
      },
      (refusal) => {
        doubted = true;
        lose(link, 0, tunnelFailure(link.edge, refusal));
      },
    ).stop;
    void link.lost.then((failure) => lose(link, replacedGraceMs, failure));
    if (old !== null) void retire(old, replacedGraceMs);
  };

  return {
    link: () => current,
    view: () => view,
    adopt,
    leave,
    connect: async ({ id, edge }) => {
      const controller = new AbortController();
      giveUp = controller;
      try {
        const link = await connect(edge, controller.signal);
        if (doubted) await mustServe(link, controller.signal);
        if (controller.signal.aborted) {
          link.close();
          return;
        }
        doubted = false;
        made = link;
        report({ kind: 'connected', attempt: id });
      } catch (error) {
        if (controller.signal.aborted) return;
        report({ kind: 'failed', attempt: id, failure: tunnelFailure(nameOf(edge), error) });
      }
    },
    abandon: () => giveUp?.abort(),
    examine: () => {
      for (const link of links) link.examine();
    },
    retireAll: async (graceMs) => {
      // A connection that is made meanwhile is none of these.
      await Promise.all([...links].map((link) => retire(link, graceMs)));
    },
    closeAll: () => {
      for (const link of links) link.close();
    },
  };
}

/** An edge that tells nothing in this time is taken for one that serves. */
const standingMs = 2000;

/** Asks a connection that is not in use: one that is would be shown as connected at each attempt. Closes it if not served. */
async function mustServe(link: EdgeLink, giveUp: AbortSignal): Promise<void> {
  const refusal = await link
    .ask({ method: 'GET', path: viewPath }, standingMs, giveUp)
    .then(deviceRefusal, () => null);
  if (refusal === null) return;
  link.close();
  throw refusal;
}
