// Who is signed in at which device, until when. In memory: devices show their sign-in again to an edge that does not know it.
import { isSamePerson, type Person } from '../../protocol/person.ts';

export type GroupedPerson = Person & { readonly groups: readonly string[] };

export type BoundPerson = {
  readonly id: string;
  readonly person: Person;
  /** As the last token said. */
  readonly groups: readonly string[];
  /** In ms since 1970. */
  readonly expiresAtMs: number;
};

/** Who a token says that somebody is. */
export type Identified = Pick<BoundPerson, 'person' | 'groups'>;

export type PersonSessions = {
  /** The one that this person has at the device already, until then, or one made for it; null: there is no room. */
  readonly bind: (device: string, who: Identified, expiresAtMs: number) => BoundPerson | null;
  /** Null for one that ended, never was, or is of another device. */
  readonly find: (device: string, id: string) => BoundPerson | null;
  readonly peopleAt: (device: string) => readonly GroupedPerson[];
  readonly isBound: (device: string, person: Person) => boolean;
  readonly end: (device: string, id: string) => void;
};

/** A machine with several seats; more is a fault or an attack. */
export const mostPerDevice = 8;
const mostTogether = 200_000;

export function createPersonSessions(nowMs: () => number, newId: () => string): PersonSessions {
  const devices = new Map<string, Map<string, BoundPerson>>();
  let count = 0;

  const live = (device: string): Map<string, BoundPerson> => {
    const own = devices.get(device) ?? new Map<string, BoundPerson>();
    for (const [id, { expiresAtMs }] of own) if (expiresAtMs <= nowMs()) drop(device, own, id);
    return own;
  };
  const drop = (device: string, own: Map<string, BoundPerson>, id: string): void => {
    if (own.delete(id)) count -= 1;
    if (own.size === 0) devices.delete(device);
  };
  const ofPerson = (own: ReadonlyMap<string, BoundPerson>, who: Person) =>
    [...own.values()].find(({ person }) => isSamePerson(person, who));

  return {
    bind: (device, { person, groups }, expiresAtMs) => {
      const own = live(device);
      const before = ofPerson(own, person);
      // Sessions of devices that never came back make room only when it is needed.
      if (count >= mostTogether) for (const other of [...devices.keys()]) live(other);
      if (before === undefined && (own.size >= mostPerDevice || count >= mostTogether)) return null;
      const bound = { id: before?.id ?? newId(), person, groups, expiresAtMs };
      if (before === undefined) count += 1;
      devices.set(device, own.set(bound.id, bound));
      return bound;
    },
    find: (device, id) => live(device).get(id) ?? null,
    peopleAt: (device) => [...live(device).values()].map(({ person, groups }) => ({ ...person, groups })),
    isBound: (device, person) => ofPerson(live(device), person) !== undefined,
    end: (device, id) => drop(device, live(device), id),
  };
}
