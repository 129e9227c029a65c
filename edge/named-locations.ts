// The named locations as they hold: those of the configuration, and those that administrators registered.
import { createHash, randomUUID } from 'node:crypto';
import { OpenGsaError } from '../protocol/error.ts';
import type { Audit } from './audit.ts';
import type { Store } from './store/store.ts';

/** In Entra ID there can be as many. */
const mostLocations = 195;

export type LocationFacts = {
  readonly name: string;
  readonly trusted: boolean;
  /** Canonical prefixes. */
  readonly ranges: readonly string[];
};

export type RegisteredLocation = LocationFacts & {
  readonly id: string;
  /** Null: it is in the configuration, and changed there. */
  readonly times: { readonly createdAt: string; readonly modifiedAt: string } | null;
};

/** `who` as in `Administration`. Changes reach devices with the next view. */
export type NamedLocations = {
  /** Those of the configuration first. */
  readonly all: () => readonly RegisteredLocation[];
  /** @throws OpenGsaError `already-exists` for a name that is taken, `conflict` where there are too many */
  readonly add: (facts: LocationFacts, who: string) => RegisteredLocation;
  /** @throws OpenGsaError `not-found`, `access-denied` for one of the configuration, `already-exists` */
  readonly update: (id: string, facts: Partial<LocationFacts>, who: string) => void;
  /** @throws OpenGsaError `not-found`, `access-denied` for one of the configuration */
  readonly remove: (id: string, who: string) => void;
};

export type NamedLocationsOptions = {
  readonly configured: readonly LocationFacts[];
  readonly store: Pick<Store, 'namedLocations' | 'transaction'>;
  readonly audit: Audit;
  readonly now: () => Date;
  /** Told after each change. */
  readonly onChange?: () => void;
};

export function createNamedLocations(options: NamedLocationsOptions): NamedLocations {
  const { store, audit, now, onChange } = options;
  const configured = options.configured.map(({ name, trusted, ranges }): RegisteredLocation => ({
    ...{ name, trusted, ranges },
    id: idOf(name),
    times: null,
  }));
  const all = (): readonly RegisteredLocation[] => [
    ...configured,
    ...store.namedLocations.list().map(({ createdAt, modifiedAt, ...facts }) => ({
      ...facts,
      times: { createdAt, modifiedAt },
    })),
  ];
  const change = <T>(work: () => T): T => {
    const result = store.transaction(work);
    onChange?.();
    return result;
  };
  return {
    all,
    add: (facts, who) =>
      change(() => {
        const present = all();
        refuseTaken(facts.name, present);
        if (present.length >= mostLocations) {
          throw new OpenGsaError(
            'conflict',
            `there are ${mostLocations} named locations, the most there can be`,
          );
        }
        const at = now().toISOString();
        const location = { ...facts, id: randomUUID(), createdAt: at, modifiedAt: at };
        store.namedLocations.put(location);
        audit(who, 'namedLocations.add', describe(facts));
        return { ...facts, id: location.id, times: { createdAt: at, modifiedAt: at } };
      }),
    update: (id, facts, who) =>
      change(() => {
        const { times, ...former } = changeable(id, all());
        const after = { ...former, ...facts };
        refuseTaken(
          after.name,
          all().filter((other) => other.id !== id),
        );
        store.namedLocations.put({ ...after, createdAt: times.createdAt, modifiedAt: now().toISOString() });
        audit(who, 'namedLocations.update', describe(after));
      }),
    remove: (id, who) =>
      change(() => {
        const { name } = changeable(id, all());
        store.namedLocations.remove(id);
        audit(who, 'namedLocations.remove', name);
      }),
  };
}

type Changeable = RegisteredLocation & { readonly times: NonNullable<RegisteredLocation['times']> };

function changeable(id: string, present: readonly RegisteredLocation[]): Changeable {
  const found = present.find((location) => location.id === id);
  if (found === undefined) throw new OpenGsaError('not-found', `the named location ${id} does not exist`);
  const { times, ...facts } = found;
  if (times !== null) return { ...facts, times };
  throw new OpenGsaError(
    'access-denied',
    `the named location ${found.name} is read-only here: it stands in the edge's configuration (namedLocations in edge.yaml)`,
  );
}

function refuseTaken(name: string, present: readonly RegisteredLocation[]): void {
  if (present.some((location) => location.name === name)) {
    throw new OpenGsaError('already-exists', `a named location ${name} exists`);
  }
}

function describe({ name, trusted, ranges }: LocationFacts): string {
  const shown = ranges.slice(0, 20).join(', ');
  const more = ranges.length > 20 ? ` and ${ranges.length - 20} more` : '';
  return `${name}${trusted ? ' (trusted)' : ''}: ${shown}${more}`;
}

/** The same at every start, in the form that Graph's ids have. */
function idOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
