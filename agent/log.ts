// The agent's log: JSON lines on standard error. Addresses, names and tokens stay out of it above debug.
import { pino } from 'pino';
import type { LogLine } from '../protocol/log-bundle.ts';
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import { createRecentLines } from './core/recent-lines.ts';

type Facts = Readonly<Record<string, string | number | boolean | null>>;

export type Log = {
  /** `facts` are counts, codes and stable reasons. What could name a person or a destination goes into `details`. */
  readonly write: (
    level: 'error' | 'warn' | 'info' | 'debug',
    message: string,
    facts?: Facts,
    details?: Facts,
  ) => void;
};

export type AgentLog = Log & {
  /** The newest lines as they were written, oldest first. */
  readonly recent: () => readonly LogLine[];
};

export function createLog(level: AgentConfig['log']['level'], clock: Clock): AgentLog {
  // Synchronous: the last line before an exit is the one that matters.
  const logger = pino({ level, base: { program: 'opengsa' } }, pino.destination({ fd: 2, sync: true }));
  const tellsDetails = level === 'debug' || level === 'trace';
  const recent = createRecentLines();
  return {
    write(at, message, facts = {}, details = {}) {
      if (!logger.isLevelEnabled(at)) return;
      const fields = tellsDetails ? { ...facts, ...details } : facts;
      logger[at](fields, message);
      recent.add({ time: new Date(clock.now()).toISOString(), level: at, message, fields });
    },
    recent: recent.list,
  };
}
