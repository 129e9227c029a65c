// Ends the data plane, or one device's part of it. What is open is broken off visibly: a FIN would look like its end.
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
/** A flow that was reset ends at once; one that does not must not hold the stop. */
const lastRecordsMs = 2000;

/** Nothing more comes in, open flows may finish, and what is left after `graceMs` gets a reset on both sides. */
export function createDrain(parts: DrainParts): (graceMs: number) => Promise<void> {
  return async (graceMs) => {
    parts.front.stopAccepting();
    parts.views.close();
    parts.h2.drain();
    parts.h1.drain();
    const deadline = performance.now() + graceMs;
    while (busy(parts) && performance.now() < deadline) await delay(lookAgainMs);
    if (parts.connects.resetFlows('edge-stopped') > 0) await delay(lastWordsMs);
    parts.front.resetAll();
    // Each flow leaves its record before whoever writes them is closed.
    const lastMoment = performance.now() + lastRecordsMs;
    while (parts.connects.openFlows() > 0 && performance.now() < lastMoment) await delay(lookAgainMs);
  };
}

/** What revoking a device ended at this edge. */
export type Ended = { readonly flows: number; readonly sessions: number };

/** Ends what a device has open here: its flows by reset on both sides, then its connections. */
export function createRevoke({
  connects,
  front,
}: Pick<DrainParts, 'connects' | 'front'>): (thumbprints: readonly string[]) => Ended {
  return (thumbprints) => {
    const sum = (count: (thumbprint: string) => number) =>
      thumbprints.reduce((total, thumbprint) => total + count(thumbprint), 0);
    const flows = sum((thumbprint) => connects.resetFlows('device-revoked', thumbprint));
    setTimeout(() => thumbprints.forEach(front.resetDevice), lastWordsMs);
    return { flows, sessions: sum(front.connectionsOf) };
  };
}

function busy({ connects, h2 }: DrainParts): boolean {
  return connects.openFlows() > 0 || h2.sessions() > 0;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
