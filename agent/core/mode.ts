// Whether the person wants traffic to go through the edge: on, off until they say otherwise, or off for a while.
import { assertNever } from '../../protocol/error.ts';

/** Times are milliseconds since 1970. `disconnected` lasts across restarts; `paused` ends by itself. */
export type Mode =
  | { readonly kind: 'on' }
  | { readonly kind: 'disconnected'; readonly since: number }
  | { readonly kind: 'paused'; readonly since: number; readonly until: number };

export type ModeEvent =
  | { readonly kind: 'connect' }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'pause'; readonly minutes: number }
  | { readonly kind: 'resume' }
  /** Time has passed, or the agent has started with a mode from its settings. */
  | { readonly kind: 'tick' };

/** The next mode; the same value when nothing changes. */
export function nextMode(mode: Mode, event: ModeEvent, now: number): Mode {
  const current = withoutEndedPause(mode, now);
  switch (event.kind) {
    case 'connect':
      return current.kind === 'on' ? current : { kind: 'on' };
    case 'disconnect':
      return current.kind === 'disconnected' ? current : { kind: 'disconnected', since: now };
    case 'pause':
      // Off already; a pause that ends by itself must not switch on what the person switched off.
      if (current.kind === 'disconnected') return current;
      return { kind: 'paused', since: now, until: now + event.minutes * 60_000 };
    case 'resume':
      return current.kind === 'paused' ? { kind: 'on' } : current;
    case 'tick':
      return current;
    default:
      return assertNever(event);
  }
}

// A clock that was set back must not stretch a pause: before its own start it does not hold either.
function withoutEndedPause(mode: Mode, now: number): Mode {
  if (mode.kind !== 'paused') return mode;
  return now >= mode.since && now < mode.until ? mode : { kind: 'on' };
}
