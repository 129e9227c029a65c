// Connections that do not pass the agent although new ones to the same destination would: listed, and closed on request.
import { z } from 'zod';
import { processFact } from './process-fact.ts';

/** Both ends as `address:port`, IPv6 in brackets; together they name one connection of this machine. */
export const connectionEnds = z.object({ local: z.string().max(60), remote: z.string().max(60) });
export type ConnectionEnds = z.infer<typeof connectionEnds>;

export const olderConnection = connectionEnds.extend({ process: processFact });
export type OlderConnection = z.infer<typeof olderConnection>;

export const olderConnections = z.object({
  connections: z.array(olderConnection),
  /** Whether the addresses behind names are known too; else only destinations that rules name by address are told. */
  namesKnown: z.boolean(),
});
export type OlderConnections = z.infer<typeof olderConnections>;

export const closeOutcome = connectionEnds.extend({
  /** `gone`: it had ended by itself, or is none of those that may be closed. */
  outcome: z.enum(['closed', 'gone', 'kept']),
});
export type CloseOutcome = z.infer<typeof closeOutcome>;
