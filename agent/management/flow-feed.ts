// Tells one client of flows while it wants to hear of them: what changed, in batches, as fast as it reads and no faster.
import type { FlowRecord } from '../../protocol/flow-record.ts';
import type { FlowChanges, FollowFlows } from '../core/flow-changes.ts';

/** A person sees no more than four pictures of a table in a second. */
const lookEveryMs = 250;
/** Keeps an event well below the largest message. */
const mostInOneEvent = 2_000;

export type FlowFeed = {
  /** From the first record on, whether or not it has begun before. */
  readonly begin: () => void;
  readonly end: () => void;
};

export function createFlowFeed(setup: {
  readonly follow: FollowFlows;
  /** Whether the client has read what it was sent. */
  readonly maySend: () => boolean;
  readonly send: (flows: readonly FlowRecord[]) => void;
}): FlowFeed {
  let changes: FlowChanges | null = null;
  let timer: NodeJS.Timeout | null = null;

  const look = (): void => {
    if (changes === null || !setup.maySend()) return;
    const records = changes.take(mostInOneEvent);
    if (records.length > 0) setup.send(records);
  };
  const end = (): void => {
    if (timer !== null) clearInterval(timer);
    changes?.end();
    changes = null;
    timer = null;
  };
  return {
    begin() {
      end();
      changes = setup.follow();
      timer = setInterval(look, lookEveryMs).unref();
      look();
    },
    end,
  };
}
