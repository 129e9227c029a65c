// The agent's log: JSON lines on standard error. Addresses, names and tokens stay out of it above debug.
import { pino } from 'pino';
import type { AgentConfig } from './config.ts';

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

export function createLog(level: AgentConfig['log']['level']): Log {
  // Synchronous: the last line before an exit is the one that matters.
  const logger = pino({ level, base: { program: 'opengsa' } }, pino.destination({ fd: 2, sync: true }));
  const tellsDetails = level === 'debug' || level === 'trace';
  return {
    write(at, message, facts = {}, details = {}) {
      logger[at](tellsDetails ? { ...facts, ...details } : facts, message);
    },
  };
}
