// The tunnel as a machine: which edge is tried, kept, waited for or given up, and always a way back.
import { assertNever } from '../../protocol/error.ts';
import { backoffDelayMs, failuresAfterLoss } from '../../protocol/backoff.ts';

/** A refused device and an edge that cannot prove itself are tried again this rarely; a person can ask for it at once. */
export const blockedRetryMs = 60_000;
/** While a later edge serves, the preferred one is tried again after this time. */
export const preferredRetryMs = 60_000;

export type TunnelFailure = {
  readonly kind: 'unreachable' | 'device-refused' | 'edge-untrusted';
  readonly cause: string;
};

/** An attempt to connect. Reports of another attempt than the one under way are late and mean nothing. */
export type Attempt = { readonly id: number; readonly edge: number };

type Common = {
  /** The last attempt's number; it only grows. */
  readonly attempts: number;
  /** Rounds over all edges that failed, in a row. */
  readonly failures: number;
  /** When this state began, in the caller's time. */
  readonly since: number;
};

export type TunnelState = Common &
  (
    | { readonly kind: 'idle' }
    | { readonly kind: 'connecting'; readonly attempt: Attempt; readonly failed: readonly TunnelFailure[] }
    /** `probe`: an attempt at the preferred edge that may take over. */
    | { readonly kind: 'connected'; readonly edge: number; readonly probe: Attempt | null }
    | { readonly kind: 'draining' }
    | { readonly kind: 'backing-off'; readonly cause: string; readonly retryAt: number }
    | {
        readonly kind: 'blocked';
        readonly reason: 'device-refused' | 'edge-untrusted';
        readonly edge: number;
        readonly cause: string;
        readonly retryAt: number;
      }
  );

export type TunnelEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'connected'; readonly attempt: number }
  | { readonly kind: 'failed'; readonly attempt: number; readonly failure: TunnelFailure }
  /** The connected edge is gone. */
  | { readonly kind: 'lost'; readonly failure: TunnelFailure }
  | { readonly kind: 'woken' }
  | { readonly kind: 'network-changed' }
  | { readonly kind: 'retry-now' };

export type TunnelEffect =
  | { readonly kind: 'connect'; readonly attempt: Attempt }
  /** Gives the attempt under way up; its report is not awaited. */
  | { readonly kind: 'abandon'; readonly attempt: Attempt }
  /** The attempt's connection takes over; what was connected before takes no more flows and ends with its last one. */
  | { readonly kind: 'adopt'; readonly attempt: Attempt }
  /** Asks every connection at once whether its edge still answers; those that do not are dead soon. */
  | { readonly kind: 'examine' }
  /** Ends what is connected after its flows. */
  | { readonly kind: 'drain' }
  /** Sets the one timer; `null` stops it. */
  | { readonly kind: 'wake'; readonly afterMs: number | null };

export type TunnelInput = {
  readonly now: number;
  /** From 0 up to, and without, 1. */
  readonly random: number;
  /** How many edges there are, in the order of preference. */
  readonly edges: number;
};

export type TunnelStep = { readonly state: TunnelState; readonly effects: readonly TunnelEffect[] };

export const initialTunnelState: TunnelState = { kind: 'idle', attempts: 0, failures: 0, since: 0 };

/** The one transition function. What an event does not change comes back unchanged, without effects. */
export function nextTunnelState(state: TunnelState, event: TunnelEvent, input: TunnelInput): TunnelStep {
  switch (event.kind) {
    case 'start':
      return state.kind === 'idle' || state.kind === 'draining' ? connect(state, 0, [], input) : stay(state);
    case 'stop':
      return stop(state, input);
    case 'stopped':
      return state.kind === 'draining' ? become(state, { kind: 'idle' }, input, []) : stay(state);
    case 'connected':
      return connected(state, event.attempt, input);
    case 'failed':
      return failed(state, event.attempt, event.failure, input);
    case 'lost':
      return lost(state, event.failure, input);
    case 'woken':
      return woken(state, input);
    case 'network-changed':
    case 'retry-now':
      return retry(state, event.kind, input);
    default:
      return assertNever(event);
  }
}

function stop(state: TunnelState, input: TunnelInput): TunnelStep {
  const wake: TunnelEffect = { kind: 'wake', afterMs: null };
  switch (state.kind) {
    case 'idle':
    case 'draining':
      return stay(state);
    case 'connected': {
      const abandon: TunnelEffect[] = state.probe === null ? [] : [{ kind: 'abandon', attempt: state.probe }];
      return become(state, { kind: 'draining' }, input, [wake, ...abandon, { kind: 'drain' }]);
    }
    case 'connecting':
      return become(state, { kind: 'idle' }, input, [wake, { kind: 'abandon', attempt: state.attempt }]);
    case 'backing-off':
    case 'blocked':
      return become(state, { kind: 'idle' }, input, [wake]);
    default:
      return assertNever(state);
  }
}

function connected(state: TunnelState, id: number, input: TunnelInput): TunnelStep {
  const attempt = underWay(state);
  if (attempt?.id !== id) return stay(state);
  const afterMs = attempt.edge === 0 ? null : preferredRetryMs;
  return become(state, { kind: 'connected', edge: attempt.edge, probe: null }, input, [
    { kind: 'adopt', attempt },
    { kind: 'wake', afterMs },
  ]);
}

function failed(state: TunnelState, id: number, failure: TunnelFailure, input: TunnelInput): TunnelStep {
  const attempt = underWay(state);
  if (attempt?.id !== id) return stay(state);
  if (state.kind === 'connected') {
    return { state: { ...state, probe: null }, effects: [{ kind: 'wake', afterMs: preferredRetryMs }] };
  }
  if (state.kind !== 'connecting') return stay(state);
  const failures = [...state.failed, failure];
  if (attempt.edge + 1 < input.edges) return connect(state, attempt.edge + 1, failures, input);
  return wait({ ...state, failures: state.failures + 1 }, failures, input);
}

function lost(state: TunnelState, failure: TunnelFailure, input: TunnelInput): TunnelStep {
  if (state.kind !== 'connected') return stay(state);
  const failures = failuresAfterLoss(state.failures, input.now - state.since);
  const after = { ...state, failures };
  // The probe of the preferred edge becomes the attempt: two at once would race for the place.
  if (state.probe !== null) {
    return become(after, { kind: 'connecting', attempt: state.probe, failed: [] }, input, []);
  }
  // A first loss after a good while is repaired at once; one after another waits its turn.
  if (failures <= 1 && failure.kind === 'unreachable') return connect(after, 0, [], input);
  const next = (state.edge + 1) % input.edges;
  return next > state.edge ? connect(after, next, [failure], input) : wait(after, [failure], input);
}

function woken(state: TunnelState, input: TunnelInput): TunnelStep {
  switch (state.kind) {
    case 'backing-off':
    case 'blocked':
      return connect(state, 0, [], input);
    case 'connected':
      return state.edge === 0 || state.probe !== null ? stay(state) : probe(state);
    case 'idle':
    case 'connecting':
    case 'draining':
      return stay(state);
    default:
      return assertNever(state);
  }
}

function retry(state: TunnelState, why: 'network-changed' | 'retry-now', input: TunnelInput): TunnelStep {
  // Attempts over the network that was before would only time out.
  if (state.kind === 'connecting' && why === 'network-changed') {
    const abandon: TunnelEffect = { kind: 'abandon', attempt: state.attempt };
    const step = connect({ ...state, failures: 0 }, 0, [], input);
    return { state: step.state, effects: [abandon, ...step.effects] };
  }
  if (state.kind === 'connected' && why === 'network-changed') return roam(state);
  return woken(state.kind === 'connected' ? state : { ...state, failures: 0 }, input);
}

/**
 * The connection may have lost its path, and only silence would tell. So another is made beside it, which takes the flows
 * that come, while the old one is asked for a sign of life.
 */
function roam(state: TunnelState & { readonly kind: 'connected' }): TunnelStep {
  const abandon: TunnelEffect[] = state.probe === null ? [] : [{ kind: 'abandon', attempt: state.probe }];
  const step = probe(state);
  return { state: step.state, effects: [{ kind: 'examine' }, ...abandon, ...step.effects] };
}

function probe(state: TunnelState & { readonly kind: 'connected' }): TunnelStep {
  const attempt: Attempt = { id: state.attempts + 1, edge: 0 };
  return {
    state: { ...state, attempts: attempt.id, probe: attempt },
    effects: [{ kind: 'connect', attempt }],
  };
}

function connect(
  state: TunnelState,
  edge: number,
  failures: readonly TunnelFailure[],
  input: TunnelInput,
): TunnelStep {
  const attempt: Attempt = { id: state.attempts + 1, edge };
  return become(
    { ...state, attempts: attempt.id },
    { kind: 'connecting', attempt, failed: failures },
    input,
    [
      { kind: 'wake', afterMs: null },
      { kind: 'connect', attempt },
    ],
  );
}

/** After a whole round failed: refusals are shown as such only if every edge gave one. */
function wait(state: TunnelState, failures: readonly TunnelFailure[], input: TunnelInput): TunnelStep {
  const unreachable = failures.find((failure) => failure.kind === 'unreachable');
  const first = failures[0];
  if (unreachable === undefined && first !== undefined && first.kind !== 'unreachable') {
    return become(
      state,
      {
        kind: 'blocked',
        reason: first.kind,
        edge: 0,
        cause: first.cause,
        retryAt: input.now + blockedRetryMs,
      },
      input,
      [{ kind: 'wake', afterMs: blockedRetryMs }],
    );
  }
  const afterMs = backoffDelayMs(state.failures, input.random);
  const cause = unreachable?.cause ?? 'unknown';
  return become(state, { kind: 'backing-off', cause, retryAt: input.now + afterMs }, input, [
    { kind: 'wake', afterMs },
  ]);
}

function underWay(state: TunnelState): Attempt | null {
  if (state.kind === 'connecting') return state.attempt;
  return state.kind === 'connected' ? state.probe : null;
}

type Specific = TunnelState extends infer S ? (S extends Common ? Omit<S, keyof Common> : never) : never;

function become(
  { attempts, failures }: Common,
  specific: Specific,
  { now }: TunnelInput,
  effects: readonly TunnelEffect[],
): TunnelStep {
  return { state: { ...specific, attempts, failures, since: now }, effects };
}

function stay(state: TunnelState): TunnelStep {
  return { state, effects: [] };
}
