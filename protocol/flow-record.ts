// One flow as people see it in `opengsa flows`, the traffic table and exports.
import { z } from 'zod';
import { processFact } from './process-fact.ts';
import { authenticationKind } from './profile.ts';

export const flowRecord = z.object({
  id: z.int(),
  via: z.enum(['http-connect', 'http-request', 'socks5', 'transparent', 'verification']),
  destination: z.string(),
  source: z.string(),
  /** Who opened it. Null until that has been looked up, and for the agent's own questions. */
  process: processFact.nullable(),
  /** Who is signed in, where it is a flow of that person's account through the tunnel. */
  person: z.string().nullable().default(null),
  action: z.enum(['tunnel', 'direct', 'block']),
  ruleId: z.string().nullable(),
  reason: z.string(),
  /** `program-unknown`: rules for certain programs were passed over, since this flow's program is not known. */
  note: z.enum(['program-unknown', 'by-program']).nullable(),
  hardening: z.enum(['bypass', 'block']).nullable(),
  authentication: authenticationKind.nullable(),
  state: z.enum(['opening', 'open', 'closed', 'refused', 'reset']),
  /** Why it was refused or reset: `by: reason`. Null while it is well. */
  detail: z.string().nullable(),
  edge: z.string().nullable(),
  /** The address that the edge says it saw, from the answer. */
  egressObserved: z.string().nullable(),
  traceparent: z.string().nullable(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  bytesSent: z.int(),
  bytesReceived: z.int(),
});
export type FlowRecord = z.infer<typeof flowRecord>;
