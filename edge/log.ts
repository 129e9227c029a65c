// The edge's own log: JSON lines on standard error, so that standard output carries facts only.
import { pino } from 'pino';
import type { EdgeConfig } from './config.ts';

export type Log = Pick<ReturnType<typeof pino>, 'debug' | 'info' | 'warn' | 'error'>;

/** Fields that could hold a secret are blanked wherever a line names them. */
const secretFields = [
  'token',
  '*.token',
  'authorization',
  '*.authorization',
  'key',
  '*.key',
  'files',
  '*.files',
  'd',
  '*.d',
];

export function createLog(level: EdgeConfig['log']['level']): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: secretFields },
    // Written at once: the last lines before an end are the ones that matter.
    pino.destination({ fd: 2, sync: true }),
  );
}
