// What administrators publish and to whom they assign it, and the number that devices tell older from later by.
import type { Profile } from '../../protocol/profile.ts';
import type { Assignment } from '../core/assignment.ts';

/** One state of a profile that was published. */
export type ProfileRevision = {
  /** Rises over all profiles. */
  readonly revision: number;
  /** Id of the profile. */
  readonly profile: string;
  readonly content: Profile;
  readonly publishedAt: string;
  /** As in the audit log. */
  readonly who: string;
  /** Where it came from: a file, an endpoint list, an earlier revision. */
  readonly note: string;
};

export type NumberedAssignment = Assignment & { readonly number: number; readonly createdAt: string };

/** A changed profile that waits for approval. */
export type ProposedProfile = {
  readonly number: number;
  readonly profile: string;
  readonly content: Profile;
  /** The profile that it was compared with, as JSON: it must be in force yet when this one is approved. */
  readonly base: string;
  readonly source: string;
  readonly proposedAt: string;
};

export type DistributionStore = {
  /** The latest revision of each profile, by id. */
  readonly published: () => readonly ProfileRevision[];
  /** Of one profile, the latest first. */
  readonly history: (profile: string) => readonly ProfileRevision[];
  readonly revision: (revision: number) => ProfileRevision | null;
  /** Of each profile as many are kept as anybody can look through; the oldest go. */
  readonly publish: (added: Omit<ProfileRevision, 'revision'>) => ProfileRevision;

  /** In the order in which they were made. */
  readonly assignments: () => readonly NumberedAssignment[];
  /** Replaces the one of the same profile, target and name. */
  readonly assign: (assignment: Assignment, at: string) => NumberedAssignment;
  readonly unassign: (number: number) => NumberedAssignment | null;

  /** Of a device, by name. */
  readonly groups: (deviceId: number) => readonly string[];
  readonly setGroups: (deviceId: number, groups: readonly string[]) => void;
  /** As the device said last; null where it has not. */
  readonly platform: (deviceId: number) => string | null;
  readonly setPlatform: (deviceId: number, platform: string) => void;

  /** Since when all profiles are off; null: they are not. */
  readonly breakGlass: () => string | null;
  readonly setBreakGlass: (since: string | null) => void;

  /** Of what is distributed as a whole. */
  readonly distributionRevision: () => number;
  /**
   * Makes it larger: to the seconds since 1970 where that is more than one step, so that an edge whose store came back from
   * a backup is not taken for an older one by the devices.
   */
  readonly raiseRevision: (at: string) => number;

  readonly proposals: () => readonly ProposedProfile[];
  /** In place of those of the same profile. */
  readonly propose: (added: Omit<ProposedProfile, 'number'>) => ProposedProfile;
  /** @returns whether there was one */
  readonly withdraw: (number: number) => boolean;
};
