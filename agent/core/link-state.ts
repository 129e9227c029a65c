// What people see of the tunnel's machine: a retry in the background is still "unreachable", since the first failure.
import { assertNever } from '../../protocol/error.ts';
import type { TunnelState } from './session-state.ts';
import type { Link } from './status-inputs.ts';

/**
 * The link after the tunnel's machine has come to `state`.
 *
 * @param previous the link before; a kind that lasts keeps its beginning
 * @param nameOf the name of an edge by its place
 * @param toWall wall-clock time of a time of the machine, which runs on a monotonic clock
 */
export function nextLink(
  previous: Link,
  state: TunnelState,
  nameOf: (edge: number) => string,
  toWall: (time: number) => number,
): Link {
  const next = linkOf(previous, state, nameOf, toWall);
  return next.kind === previous.kind && sameEdge(previous, next) ? { ...next, since: previous.since } : next;
}

function linkOf(
  previous: Link,
  state: TunnelState,
  nameOf: (edge: number) => string,
  toWall: (time: number) => number,
): Link {
  const since = toWall(state.since);
  switch (state.kind) {
    case 'idle':
    case 'draining':
      return { kind: 'connecting', attempt: 1, since, cause: null };
    case 'connecting':
      if (state.failures > 0 && isFailure(previous)) return previous;
      return { kind: 'connecting', attempt: state.failures + 1, since, cause: null };
    case 'connected':
      return { kind: 'connected', edge: nameOf(state.edge), since };
    case 'backing-off':
      return { kind: 'unreachable', since, cause: state.cause, retryAt: toWall(state.retryAt) };
    case 'blocked':
      return {
        kind: state.reason === 'device-refused' ? 'refused' : 'untrusted',
        edge: nameOf(state.edge),
        since,
        cause: state.cause,
      };
    default:
      return assertNever(state);
  }
}

function isFailure(link: Link): boolean {
  return link.kind === 'unreachable' || link.kind === 'refused' || link.kind === 'untrusted';
}

function sameEdge(a: Link, b: Link): boolean {
  return ('edge' in a ? a.edge : null) === ('edge' in b ? b.edge : null);
}
