// The person at this device, as far as traffic is concerned: shown to each edge that connects, and named with the flows.
import type { TrafficType } from '../protocol/profile.ts';
import type { Identification } from './core/flow.ts';
import type { PersonRequirement } from './core/person-state.ts';
import type { Link } from './core/status-inputs.ts';
import type { EdgeSide } from './edge-side.ts';
import type { FlowPerson } from './flow/flow-router.ts';
import type { MakePersonDesk } from './open-people.ts';
import type { PersonDesk } from './people/person-desk.ts';
import { within } from './process/attribution.ts';

export type PeopleSide = {
  /** Null where the device has no edge at which somebody could sign in. */
  readonly desk: PersonDesk | null;
  readonly requirement: () => PersonRequirement;
  /** As people see it: while traffic in use waits for a person, that is what there is to say. Null: there is no edge. */
  readonly link: () => Link | null;
  readonly personOf: (opener: Identification | null) => Promise<FlowPerson | null>;
  /** Called after each change of the edge or the person. Returns how to stop that. */
  readonly onChange: (listener: () => void) => () => void;
};

export type PeopleSideSetup = {
  readonly edge: EdgeSide | null;
  readonly make: MakePersonDesk | null;
  /** What the enabled profiles forward. */
  readonly inUse: () => ReadonlySet<TrafficType>;
  /** Of the person; the edge's side tells its own changes. */
  readonly changed: () => void;
};

const nobodyNeeded: PersonRequirement = { required: [], phase: 'up' };
/** The longest that a flow waits to be known as somebody's, in ms. */
const personWaitMs = 200;

export function createPeopleSide({ edge, make, inUse, changed }: PeopleSideSetup): PeopleSide {
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const personChanged = (): void => {
    changed();
    tell();
  };
  const desk = edge && make && signInOver(edge, make, personChanged);
  edge?.tunnel.onChange(tell);
  return {
    desk,
    requirement: () => desk?.requirement() ?? nobodyNeeded,
    link: () => {
      const link = edge?.link() ?? null;
      return desk === null || link === null ? link : desk.gate(link, inUse());
    },
    personOf: async (opener) => {
      if (desk === null || opener === null || !desk.isAnybody()) return null;
      return desk.sessionOf((await within(opener.fact, personWaitMs)).uid);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Shows the sign-in to each edge that connects. */
function signInOver({ tunnel }: EdgeSide, make: MakePersonDesk, changed: () => void): PersonDesk {
  const desk = make(tunnel.ask, changed);
  let since = -1;
  tunnel.onChange(() => {
    const state = tunnel.state();
    if (state.kind !== 'connected' || state.since === since) return;
    since = state.since;
    void desk.edgeConnected();
  });
  return desk;
}
