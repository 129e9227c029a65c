// A profile of this machine, and the rules for certain programs, as the agent tells of them.
import { z } from 'zod';
import { profileSchema } from './profile.ts';

/** A profile of this machine as the agent knows it. */
export const knownProfile = z.object({
  name: z.string(),
  source: z.enum(['built-in', 'imported', 'agent.yaml', 'organisation']),
  /** Its file; null for what the configuration makes. */
  path: z.string().nullable(),
  enabled: z.boolean(),
  /** Null where its file cannot be used. */
  profile: profileSchema.nullable(),
  /** Why its file is not used. */
  fault: z.string().nullable(),
});
export type KnownProfile = z.infer<typeof knownProfile>;

/** Rules of agent.yaml for certain programs: they are asked before every profile. */
export const knownProgramRules = z.object({
  rules: z.array(z.object({ programs: z.array(z.string()), profile: profileSchema })),
  /** Whole sentences: why they do not hold as they are written, and what they need. Null where they do. */
  fault: z.string().nullable(),
});
export type KnownProgramRules = z.infer<typeof knownProgramRules>;
