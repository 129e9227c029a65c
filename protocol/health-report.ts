// What `opengsa health` says: each precondition of the client, how it was found, and what to do about it.
import { z } from 'zod';
import { type HealthCheckId, healthCheckIds } from './health-checks.ts';

const checkId = z.enum(healthCheckIds);

export const healthCheck = z.object({
  id: checkId,
  title: z.string(),
  /** `unknown`: it could not be measured, or what it rests on has failed. `not-applicable`: it does not matter here. */
  state: z.enum(['ok', 'failed', 'warning', 'not-applicable', 'unknown']),
  /** What was found, in the words of whoever has to mend it. */
  measured: z.string(),
  /** What a person loses while it fails. */
  why: z.string(),
  remedy: z.string().nullable(),
  /** How long finding it out took, in ms; checks that rest on the same question share its time. */
  durationMs: z.number().nonnegative(),
});
export type HealthCheck = z.infer<typeof healthCheck>;

export const healthReport = z.object({ checkedAt: z.iso.datetime(), checks: z.array(healthCheck) });
export type HealthReport = z.infer<typeof healthReport>;

/** Empty or absent: every check. */
export const healthQuestion = z.strictObject({
  only: z.array(checkId).max(healthCheckIds.length).optional(),
});

/**
 * What only a program of the person can find out, because the agent's own account is exempt from capture and has no
 * session: which proxy the session must have, and which name must have an address of the agent's own.
 */
export const sessionExpectation = z.object({
  httpProxy: z.string().nullable(),
  pacUrl: z.string().nullable(),
  captured: z.object({ name: z.string(), syntheticRange: z.string() }).nullable(),
});
export type SessionExpectation = z.infer<typeof sessionExpectation>;

/** Those checks: the agent leaves them out, and whoever shows the report adds them. */
export const sessionChecks: readonly HealthCheckId[] = ['system-proxy', 'synthetic-address'];
