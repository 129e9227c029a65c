// One name that programs asked for, as people see it in `opengsa hostnames`, the acquisition table and exports.
import { z } from 'zod';
import { flowRecord } from './flow-record.ts';

export const hostnameRecord = z.object({
  name: z.string(),
  /** Whether the agent answered with an address of its own, so that flows to the name come to it. */
  acquired: z.boolean(),
  /** The address that stands for the name on this machine; null where it is not acquired. */
  syntheticAddress: z.string().nullable(),
  /** The first IPv4 address that the nameserver gives; null while unknown, or where there is none. */
  originalAddress: z.string().nullable(),
  /** Everything that the nameserver gave of each family; null while unknown. */
  originals: z.object({
    ipv4: z.array(z.string()).nullable(),
    ipv6: z.array(z.string()).nullable(),
  }),
  ruleId: z.string().nullable(),
  /** The program that asked last; null where the agent cannot know. */
  process: flowRecord.shape.process,
  firstAskedAt: z.iso.datetime(),
  lastAskedAt: z.iso.datetime(),
  /** How many questions there were; a program asks for several types at once. */
  questions: z.int(),
});
export type HostnameRecord = z.infer<typeof hostnameRecord>;
