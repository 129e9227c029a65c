// What the document of one device says of profiles: which of those in force it has, under which names, in which order.
import type { ProfileDocument } from '../../protocol/profile-document.ts';
import { assignedProfiles, type Assignment, type DeviceFacts } from './assignment.ts';
import type { IdentifiedProfile } from './forwarding-changes.ts';

export type DistributedState = {
  /** In force, switches included. */
  readonly profiles: readonly IdentifiedProfile[];
  /** The revision of each published profile, by id; the others are as the edge's files have them. */
  readonly revisions: ReadonlyMap<string, number>;
  readonly assignments: readonly Assignment[];
  /** Since when all profiles are off; null: they are not. */
  readonly breakGlass: string | null;
};

export type DocumentContent = Pick<ProfileDocument, 'breakGlass' | 'profiles'>;

export function documentContent(state: DistributedState, facts: DeviceFacts): DocumentContent {
  // Whatever else is wrong with what is assigned: nothing of it is sent.
  if (state.breakGlass !== null) return { breakGlass: { since: state.breakGlass }, profiles: [] };
  const assigned = assignedProfiles(state.assignments, state.profiles, facts);
  if (assigned === null) return { breakGlass: null, profiles: null };
  const names = profileNames(state.profiles);
  const profiles = assigned.flatMap(({ id, priority }) => {
    const profile = state.profiles.find((one) => one.id === id);
    if (profile === undefined) return [];
    const content = { ...profile, priority, policies: [...profile.policies] };
    return [{ name: names.get(id) ?? id, revision: state.revisions.get(id) ?? null, profile: content }];
  });
  return { breakGlass: null, profiles };
}

/** How devices call the profiles, by id: the id as far as it can be a name, and each once. */
export function profileNames(
  profiles: readonly Pick<IdentifiedProfile, 'id'>[],
): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    profiles.map(({ id }) => {
      const word = id
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^-|-$/g, '')
        .slice(0, 60);
      let name = word === '' ? 'profile' : word;
      for (let i = 2; taken.has(name); i += 1) name = `${word}-${i}`;
      taken.add(name);
      return [id, name];
    }),
  );
}
