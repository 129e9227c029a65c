// Tells windows of flows while one of them follows: what is new or different, at most four times a second.
import type { WebContents } from 'electron';
import type { Clock } from '../../agent/clock.ts';
import type { WindowDesk } from '../../agent/window-desk.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import { flowChanges, type FlowLook, noFlows } from '../shared/flow-changes.ts';

export type FlowFeed = { readonly follow: (window: WebContents, on: boolean) => void };

const pauseMs = 250;
const most = 10_000;

/** @param tell sends records to one window */
export function createFlowFeed(
  desk: WindowDesk,
  clock: Clock,
  tell: (window: WebContents, flows: FlowRecord[]) => void,
): FlowFeed {
  /** What each window that follows has been told. */
  const followers = new Map<WebContents, FlowLook>();
  let running = false;

  async function look(): Promise<void> {
    const { flows } = await desk.call('flows.list', { limit: most });
    for (const [window, before] of followers) {
      const { look: seen, changed } = flowChanges(before, flows);
      followers.set(window, seen);
      if (changed.length > 0) tell(window, [...changed]);
    }
  }
  function again(): void {
    running = followers.size > 0;
    if (!running) return;
    look()
      .catch((error: unknown) => {
        // Without an agent there are no flows; what the windows know of that comes with the state.
        if (!(error instanceof OpenGsaError)) throw error;
      })
      .finally(() => clock.setTimer(again, pauseMs));
  }
  return {
    follow(window, on) {
      if (!on) {
        followers.delete(window);
        return;
      }
      followers.set(window, noFlows);
      window.once('destroyed', () => followers.delete(window));
      if (!running) again();
    },
  };
}
