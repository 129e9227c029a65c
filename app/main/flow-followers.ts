// The windows that follow flows: each is told for as long as it wants to be and is there.
import type { WebContents } from 'electron';
import type { WindowDesk } from '../../agent/window-desk.ts';
import { eventChannel } from '../shared/window-facts.ts';

export type FlowFollowers = { readonly follow: (window: WebContents, on: boolean) => void };

export function createFlowFollowers(desk: WindowDesk): FlowFollowers {
  const ends = new Map<WebContents, () => void>();
  const known = new WeakSet<WebContents>();
  const end = (window: WebContents): void => {
    ends.get(window)?.();
    ends.delete(window);
  };
  return {
    follow(window, on) {
      if (!on) {
        end(window);
        return;
      }
      if (!known.has(window)) window.once('destroyed', () => end(window));
      known.add(window);
      // Who asks again is told all of them again.
      end(window);
      const unfollow = desk.followFlows((flows) => window.send(eventChannel, 'flows', flows));
      ends.set(window, unfollow);
    },
  };
}
