// What `opengsa session` tells of itself: what is set where, what was there before, and what comes back.
import { z } from 'zod';
import { systemKinds } from './saved-proxy.ts';

export const sessionReport = z.strictObject({
  version: z.literal(1),
  /** The process that keeps the setting; null: none does. */
  pid: z.int().nullable(),
  system: z.enum(systemKinds),
  /** Where the setting is, for a person. */
  place: z.string(),
  state: z.discriminatedUnion('kind', [
    /** The person's own setting stands there; the reason, where ours is not wanted. */
    z.object({
      kind: z.literal('absent'),
      reason: z
        .enum([
          'no-agent',
          'disconnected',
          'not-enrolled',
          'no-proxy-capture',
          'no-http-proxy',
          'not-running',
        ])
        .nullable(),
    }),
    z.object({ kind: z.literal('set') }),
    /** Found by a look from outside: a session that was killed has left it. */
    z.object({ kind: z.literal('left-behind') }),
    z.object({ kind: z.literal('taken-over'), keys: z.array(z.string()) }),
    z.object({ kind: z.literal('not-kept'), keys: z.array(z.string()) }),
    /** Ours is wanted and cannot be set; the person's own stands there. */
    z.object({ kind: z.literal('hindered'), cause: z.string() }),
    z.object({ kind: z.literal('failed'), cause: z.string() }),
  ]),
  /** What stands there, and what programs do by it. */
  current: z.string(),
  /** What stands there without us: what comes back. */
  before: z.string(),
  /** What decides where our rules say nothing. */
  chained: z
    .object({ source: z.string(), readAt: z.iso.datetime(), fault: z.string().nullable() })
    .nullable(),
  warnings: z.array(z.string()),
});
export type SessionReport = z.output<typeof sessionReport>;
