// How long a foreign edge may owe an answer after the application has ended its direction.
import type { HalfCloseLimit } from '../../protocol/relay/relay.ts';
import type { Clock } from '../clock.ts';

/** A proxy that drops half-close never answers an end; the flow is not kept longer than this without a byte. */
export const halfCloseIdleMs = 10_000;

/** For a relay whose `a` is the application. */
export function halfCloseLimitBy(clock: Clock): HalfCloseLimit {
  const schedule = (delayMs: number, run: () => void) => clock.setTimer(run, delayMs).cancel;
  return { endOf: 'a', idleMs: halfCloseIdleMs, schedule };
}
