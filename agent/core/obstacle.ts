// What stands between this device and its edges, as a machine: no network, or one that wants a sign-in first.
import { assertNever } from '../../protocol/error.ts';
import type { PortalVerdict } from './portal-answer.ts';
import type { Link } from './status-inputs.ts';

export type ObstacleState = {
  readonly edge: EdgeStanding;
  /** Whether the machine has an address and a default route. */
  readonly hasWayOut: boolean;
  readonly seen: Seen;
  /** The question that is planned or out; answers to earlier ones say nothing. */
  readonly question: number;
  /** Questions in a row that found the same; sets the wait before the next. */
  readonly repeats: number;
};

/** `awaited`: the first attempt is under way. `missed`: it has failed, and later ones too. */
export type EdgeStanding = 'unwanted' | 'awaited' | 'missed' | 'had';

/** Times are wall-clock milliseconds. */
export type Seen =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'open' }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'offline'; readonly since: number }
  | { readonly kind: 'portal'; readonly since: number; readonly page: string | null };

export type ObstacleEvent =
  | { readonly kind: 'edge'; readonly standing: EdgeStanding }
  | { readonly kind: 'network'; readonly hasWayOut: boolean }
  | { readonly kind: 'answer'; readonly question: number; readonly verdict: PortalVerdict };

export type ObstacleEffect =
  /** Ask in `afterMs`, in place of what was planned or is out. */
  | { readonly kind: 'ask'; readonly question: number; readonly afterMs: number }
  /** Nothing is planned, and an answer that is still to come is not awaited. */
  | { readonly kind: 'rest' }
  /** The way is free: whatever waits for its next attempt need not. */
  | { readonly kind: 'try-edge' };

export type ObstacleStep = { readonly state: ObstacleState; readonly effects: readonly ObstacleEffect[] };

/** An edge that has not answered after this time, in ms, is unlikely to: a portal often drops what it does not know. */
export const awaitedPatienceMs = 2000;
/** First wait between two questions, in ms, doubled each time. */
const firstWaitMs = 2000;
/** A person signs in at the portal and expects to be connected then. */
const longestPortalWaitMs = 10_000;
const longestWaitMs = 60_000;

export const initialObstacleState: ObstacleState = {
  edge: 'unwanted',
  hasWayOut: true,
  seen: { kind: 'nothing' },
  question: 0,
  repeats: 0,
};

/** The one transition function. `now` is the wall clock in ms. */
export function nextObstacleState(state: ObstacleState, event: ObstacleEvent, now: number): ObstacleStep {
  switch (event.kind) {
    case 'edge':
      return edgeStands(state, event.standing, now);
    case 'network':
      return networkIs(state, event.hasWayOut, now);
    case 'answer':
      return answered(state, event.question, event.verdict, now);
    default:
      return assertNever(event);
  }
}

/** The link as people see it: a network that is in the way says more than an edge that does not answer. */
export function obstructedLink(link: Link, { seen }: ObstacleState): Link {
  if (link.kind !== 'connecting' && link.kind !== 'unreachable' && link.kind !== 'untrusted') return link;
  if (seen.kind === 'offline') return { kind: 'no-internet', since: seen.since };
  return seen.kind === 'portal' ? { kind: 'captive-portal', since: seen.since, page: seen.page } : link;
}

/** How an edge stands, by the link that its tunnel makes. An edge that refuses this device has answered. */
export function edgeStanding(link: Link, isWanted: boolean): EdgeStanding {
  if (!isWanted) return 'unwanted';
  if (link.kind === 'connecting') return 'awaited';
  return link.kind === 'unreachable' || link.kind === 'untrusted' ? 'missed' : 'had';
}

function edgeStands(state: ObstacleState, edge: EdgeStanding, now: number): ObstacleStep {
  if (edge === state.edge) return { state, effects: [] };
  const after: ObstacleState = { ...state, edge };
  switch (edge) {
    case 'had':
    case 'unwanted':
      return rest(after, { kind: 'nothing' });
    case 'awaited':
    case 'missed':
      if (!state.hasWayOut) return rest(after, offlineSince(state.seen, now));
      return ask(after, edge === 'missed' || isInTheWay(state.seen) ? 0 : awaitedPatienceMs);
    default:
      return assertNever(edge);
  }
}

function networkIs(state: ObstacleState, hasWayOut: boolean, now: number): ObstacleStep {
  const after: ObstacleState = { ...state, hasWayOut, repeats: 0 };
  if (state.edge === 'had' || state.edge === 'unwanted') return { state: after, effects: [] };
  if (!hasWayOut) return rest(after, offlineSince(state.seen, now));
  // A portal is shown until this network's answer is there: within seconds. Offline it is no longer.
  const seen: Seen = state.seen.kind === 'portal' ? state.seen : { kind: 'nothing' };
  return ask({ ...after, seen }, state.edge === 'missed' || isInTheWay(state.seen) ? 0 : awaitedPatienceMs);
}

function answered(state: ObstacleState, question: number, verdict: PortalVerdict, now: number): ObstacleStep {
  const isAsked = state.edge === 'awaited' || state.edge === 'missed';
  if (question !== state.question || !isAsked || !state.hasWayOut) return { state, effects: [] };
  const seen = seenAfter(state.seen, verdict, now);
  const repeats = seen.kind === state.seen.kind ? state.repeats + 1 : 0;
  const longest = seen.kind === 'portal' ? longestPortalWaitMs : longestWaitMs;
  const step = ask({ ...state, seen, repeats }, Math.min(longest, firstWaitMs * 2 ** Math.min(repeats, 8)));
  if (seen.kind !== 'open' || !isInTheWay(state.seen)) return step;
  return { state: step.state, effects: [...step.effects, { kind: 'try-edge' }] };
}

function seenAfter(before: Seen, verdict: PortalVerdict, now: number): Seen {
  switch (verdict.kind) {
    case 'open':
    case 'unanswered':
      return { kind: verdict.kind };
    case 'offline':
      return offlineSince(before, now);
    case 'portal':
      return { kind: 'portal', since: before.kind === 'portal' ? before.since : now, page: verdict.page };
    default:
      return assertNever(verdict);
  }
}

function offlineSince(before: Seen, now: number): Seen {
  return before.kind === 'offline' ? before : { kind: 'offline', since: now };
}

function isInTheWay(seen: Seen): boolean {
  return seen.kind === 'portal' || seen.kind === 'offline';
}

function ask(state: ObstacleState, afterMs: number): ObstacleStep {
  const question = state.question + 1;
  return { state: { ...state, question }, effects: [{ kind: 'ask', question, afterMs }] };
}

function rest(state: ObstacleState, seen: Seen): ObstacleStep {
  return { state: { ...state, seen, repeats: 0 }, effects: [{ kind: 'rest' }] };
}
