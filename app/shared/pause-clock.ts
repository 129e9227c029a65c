// What a window says of a pause: how much of it is left, and the three moments that are announced.
import type { ConnectionState } from '../../protocol/status.ts';

/** How long a pause from a window or the tray lasts; commands can choose another length. */
export const pauseMinutes = 10;

export type PauseClock = {
  /** `9:42`, `1:02:05`. */
  readonly left: string;
  readonly secondsLeft: number;
  readonly secondsInAll: number;
};

/** @param now wall clock, ms */
export function pauseClock(since: string, until: string, now: number): PauseClock {
  const end = Date.parse(until);
  const secondsInAll = Math.max(1, Math.round((end - Date.parse(since)) / 1000));
  // Rounded up: a wait is never shorter than said.
  const secondsLeft = Math.min(secondsInAll, Math.max(0, Math.ceil((end - now) / 1000)));
  return { left: written(secondsLeft), secondsLeft, secondsInAll };
}

/** `last-minute` also where the whole pause is no longer. */
export type PausePhase = 'none' | 'running' | 'last-minute';

export function pausePhase(connection: ConnectionState, now: number): PausePhase {
  if (connection.kind !== 'paused') return 'none';
  return pauseClock(connection.since, connection.until, now).secondsLeft > 60 ? 'running' : 'last-minute';
}

export type PauseNews = 'begun' | 'last-minute' | 'ended';

/** What is worth an announcement between two looks; null where it is nothing. */
export function pauseNews(before: PausePhase, after: PausePhase): PauseNews | null {
  if (before === after) return null;
  if (after === 'none') return 'ended';
  return after === 'last-minute' ? 'last-minute' : 'begun';
}

function written(seconds: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
