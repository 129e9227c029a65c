// Ends the data plane in order: nothing more comes in, open flows may finish, the rest is broken off visibly.
import type { ConnectHandler } from './connect-handler.ts';
import type { H1Front } from './h1-front.ts';
import type { H2Front } from './h2-front.ts';
import type { TlsFront } from './tls-front.ts';
import type { ViewHandler } from './view-handler.ts';

export type DrainParts = {
  readonly front: TlsFront;
  readonly h2: H2Front;
  readonly h1: H1Front;
  readonly views: ViewHandler;
  readonly connects: ConnectHandler;
};

const lookAgainMs = 20;
/** For the resets of flows to leave before their connections are cut. */
const lastWordsMs = 50;

/** A flow that is left after `graceMs` gets a reset on both sides: cutting it by FIN would look like its end. */
export function createDrain(parts: DrainParts): (graceMs: number) => Promise<void> {
  return async (graceMs) => {
    parts.front.stopAccepting();
    parts.views.close();
    parts.h2.drain();
    parts.h1.drain();
    const deadline = performance.now() + graceMs;
    while (busy(parts) && performance.now() < deadline) await delay(lookAgainMs);
    if (parts.connects.openFlows() > 0) {
      parts.connects.resetAll(new Error('the edge stops'));
      await delay(lastWordsMs);
    }
    parts.front.resetAll();
  };
}

function busy({ connects, h2 }: DrainParts): boolean {
  return connects.openFlows() > 0 || h2.sessions() > 0;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
