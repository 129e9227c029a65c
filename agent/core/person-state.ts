// Who is signed in at this device, as a value: nobody, somebody whose sign-in counts at the edge, or one whose sign-in ended.
import type { TrafficType } from '../../protocol/profile.ts';
import type { Status } from '../../protocol/status.ts';
import type { Link } from './status-inputs.ts';

/** Times are milliseconds since 1970. */
export type PersonState =
  | { readonly kind: 'signed-out' }
  /** The edge does not know it yet, or not any more, and is being told. */
  | {
      readonly kind: 'proving';
      readonly name: string;
      readonly signedInAt: number;
      /** Why the last attempt failed. */
      readonly cause: string | null;
    }
  | {
      readonly kind: 'signed-in';
      readonly name: string;
      readonly signedInAt: number;
      readonly session: string;
    }
  /** `cause` is a whole sentence. */
  | { readonly kind: 'ended'; readonly name: string; readonly cause: string; readonly since: number };

/** Traffic that the edge takes from signed-in people only, and how it fares while the edge is connected. */
export type PersonRequirement = {
  readonly required: readonly TrafficType[];
  readonly phase: 'up' | 'connecting' | 'down';
};

/** As the status shows it. */
export function shownPerson(state: PersonState): Status['person'] {
  if (state.kind !== 'signed-in' && state.kind !== 'proving') return null;
  return { name: state.name, signedInAt: new Date(state.signedInAt).toISOString() };
}

export function personPhase({ kind }: PersonState): PersonRequirement['phase'] {
  if (kind === 'signed-in') return 'up';
  return kind === 'proving' ? 'connecting' : 'down';
}

/**
 * A connection is not what a person takes it for while an edge waits for the person.
 *
 * @param required traffic in use here that the edge takes from signed-in people only
 */
export function linkWithPerson(link: Link, state: PersonState, required: readonly TrafficType[]): Link {
  if (link.kind !== 'connected' || required.length === 0) return link;
  switch (state.kind) {
    case 'signed-in':
      return link;
    case 'proving':
      return { kind: 'connecting', attempt: 1, since: link.since, cause: state.cause };
    case 'signed-out':
      return {
        kind: 'sign-in-needed',
        since: link.since,
        cause: `${link.edge} lets ${trafficWords(required)} through for signed-in people only, and nobody is signed in at this device.`,
      };
    case 'ended':
      return { kind: 'sign-in-needed', since: state.since, cause: state.cause };
  }
}

const trafficNames: Record<TrafficType, string> = {
  m365: 'Microsoft',
  internet: 'internet',
  private: 'private',
};

function trafficWords(required: readonly TrafficType[]): string {
  return `${required.map((type) => trafficNames[type]).join(' and ')} traffic`;
}

/** The share of a session's time after which it is renewed. */
const renewalShare = 2 / 3;
/** A session that the edge gives for almost no time must not become a loop. */
const soonestMs = 2_000;

/** When a session that was given at `nowMs` is renewed, in ms from then. */
export function renewalAfter(nowMs: number, expiresAtMs: number): number {
  return Math.max(soonestMs, Math.floor((expiresAtMs - nowMs) * renewalShare));
}
