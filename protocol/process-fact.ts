// Which program opened a connection, as far as this machine tells: shown with flows and names, and compared by rules.
import { z } from 'zod';

/** Why something about a program is not known. Closed: scripts and rules rely on the words. */
export const processUnknowns = {
  'not-asked': 'The configuration asks for the account only (processes: uid).',
  'no-privilege': 'The agent may not look into processes of that account.',
  gone: 'The socket or its program had ended before it was looked at.',
  'not-linux': 'Only Linux tells whose a socket is.',
  late: 'The lookup took longer than it may.',
  several: 'More than one socket fits.',
  replaced: 'The file at that path is another one than the program that runs.',
} as const;
export type ProcessUnknown = keyof typeof processUnknowns;

export const processFact = z.object({
  /** The account that opened the socket. */
  uid: z.int().min(0).nullable(),
  pid: z.int().positive().nullable(),
  /** The absolute path of the program's file, links resolved; compared with it on disk. */
  executable: z.string().nullable(),
  /** Why one of the above is null; null where all are known. */
  unknown: z.enum(Object.keys(processUnknowns) as [ProcessUnknown]).nullable(),
});
export type ProcessFact = z.infer<typeof processFact>;
