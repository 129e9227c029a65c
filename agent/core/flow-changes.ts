// What somebody who follows flows is told: every record once, then those that are new or different.
import type { FlowRecord } from '../../protocol/flow-record.ts';

/** One follower's place among the changes. */
export type FlowChanges = {
  /** At most `most` records that are new or changed since they were last taken; the rest comes next time. */
  readonly take: (most: number) => readonly FlowRecord[];
  readonly end: () => void;
};

/** Begins with every record that there is. */
export type FollowFlows = () => FlowChanges;
