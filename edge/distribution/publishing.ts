// Publishing profiles: a checked profile becomes the next revision, and any earlier one can be published again.
import { Buffer } from 'node:buffer';
import { OpenGsaError } from '../../protocol/error.ts';
import { compileProfile } from '../../protocol/matcher.ts';
import { parseProfile, type Profile } from '../../protocol/profile.ts';
import { distributedProfileMaxBytes, maxDistributedProfiles } from '../../protocol/profile-document.ts';
import type { Audit } from '../audit.ts';
import { type IdentifiedProfile, publishedId } from '../core/forwarding-changes.ts';
import type { Forwarding } from '../forwarding.ts';
import type { ProfileRevision } from '../store/distribution-store.ts';
import type { Store } from '../store/store.ts';

/** `who` as in `Administration`. A profile is named by its id or its name. */
export type Publishing = {
  readonly profiles: () => readonly IdentifiedProfile[];
  /** @throws OpenGsaError `not-found` */
  readonly find: (profile: string) => IdentifiedProfile;
  /** The revision that is in force, by the profile's id; without those that are as the edge's files have them. */
  readonly revisions: () => ReadonlyMap<string, number>;
  /** @throws OpenGsaError `bad-profile` with the path of the fault, `conflict` for what collides with another profile */
  readonly publish: (content: unknown, how: PublishedHow) => ProfileRevision;
  /** The latest first. @throws OpenGsaError `not-found` */
  readonly history: (profile: string) => readonly ProfileRevision[];
  /** Publishes an earlier revision once more. @throws OpenGsaError `not-found` */
  readonly rollback: (profile: string, revision: number, who: string) => ProfileRevision;
};

export type PublishedHow = {
  /** Where it is from. */
  readonly note: string;
  readonly who: string;
  readonly action: 'profiles.publish' | 'profiles.rollback' | 'profiles.approve';
  /** Done with it or not at all. */
  readonly together?: () => void;
};

export type PublishingOptions = {
  readonly store: Pick<Store, 'distribution' | 'transaction'>;
  readonly forwarding: Forwarding;
  readonly audit: Audit;
  readonly now: () => Date;
};

/** What the documents of devices have room for beside what else they say. */
const allProfilesMaxBytes = 700 * 1024;

export function createPublishing({ store, forwarding, audit, now }: PublishingOptions): Publishing {
  const { distribution } = store;
  const find: Publishing['find'] = (wanted) => findProfile(forwarding.unswitched(), wanted);
  const add = (content: Profile, { note, who, action, together }: PublishedHow): ProfileRevision => {
    const id = publishedId(content);
    const at = now().toISOString();
    refuseClash(id, content, forwarding.unswitched());
    refuseSize(id, content, forwarding.unswitched());
    const added = store.transaction(() => {
      // So that there is a way back to what the edge's files say.
      const file = forwarding.unswitched().find((one) => one.id === id);
      if (file !== undefined && distribution.history(id).length === 0) {
        const kept = { ...file, policies: [...file.policies] };
        distribution.publish({
          ...{ profile: id, content: kept, publishedAt: at, who: 'edge.yaml', note: 'as in its file' },
        });
      }
      const revision = distribution.publish({ profile: id, content, publishedAt: at, who, note });
      distribution.raiseRevision(at);
      together?.();
      audit(who, action, `${id} revision ${revision.revision}: ${note}`);
      return revision;
    });
    forwarding.reload();
    return added;
  };

  return {
    profiles: forwarding.profiles,
    find,
    revisions: () => new Map(distribution.published().map(({ profile, revision }) => [profile, revision])),
    publish: (value, how) => add(checked(value), how),
    history: (profile) => distribution.history(find(profile).id),
    rollback(profile, wanted, who) {
      const { id } = find(profile);
      const earlier = distribution.revision(wanted);
      if (earlier?.profile !== id) {
        throw new OpenGsaError('not-found', `the profile ${id} has no revision ${wanted}; see its history`);
      }
      return add(earlier.content, { note: `as revision ${wanted}`, who, action: 'profiles.rollback' });
    },
  };
}

export function findProfile<P extends Pick<IdentifiedProfile, 'id' | 'name'>>(
  profiles: readonly P[],
  wanted: string,
): P {
  const found = profiles.find(({ id }) => id === wanted) ?? profiles.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const known = profiles.map(({ id }) => id).join(', ');
  throw new OpenGsaError('not-found', `there is no profile ${wanted} at this edge; there is ${known}`);
}

function checked(value: unknown): Profile {
  const profile = parseProfile(value, 'profile');
  compileProfile(profile);
  const bytes = Buffer.byteLength(JSON.stringify(profile));
  if (bytes <= distributedProfileMaxBytes) return profile;
  throw new OpenGsaError(
    'bad-profile',
    `profile: has ${bytes} bytes, more than ${distributedProfileMaxBytes}`,
  );
}

/** Invitations bind devices to a profile by its name, and assignments name it by its id: the two stay together. */
function refuseClash(id: string, { name }: Profile, present: readonly IdentifiedProfile[]): void {
  const same = present.find((one) => one.id === id);
  if (same !== undefined && same.name !== name) {
    throw new OpenGsaError(
      'conflict',
      `the profile ${id} is called ${same.name} here, not ${name}: keep its name, or give the profile another id`,
    );
  }
  const other = present.find((one) => one.name === name && one.id !== id);
  if (other === undefined) return;
  throw new OpenGsaError('conflict', `the name ${name} belongs to the profile ${other.id}`);
}

function refuseSize(id: string, content: Profile, present: readonly IdentifiedProfile[]): void {
  const all = [...present.filter((one) => one.id !== id), content];
  if (all.length > maxDistributedProfiles) {
    throw new OpenGsaError('conflict', `an edge has at most ${maxDistributedProfiles} profiles`);
  }
  if (Buffer.byteLength(JSON.stringify(all)) > allProfilesMaxBytes) {
    throw new OpenGsaError('conflict', `all profiles together may have ${allProfilesMaxBytes} bytes as JSON`);
  }
}
