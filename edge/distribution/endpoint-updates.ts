// A published endpoint list as a change of the running profile: shown as a difference, kept, and in force when approved.
import { OpenGsaError } from '../../protocol/error.ts';
import type { Profile } from '../../protocol/profile.ts';
import { importEndpointList } from '../../protocol/profiles/endpoint-list.ts';
import { renderMicrosoftProfile } from '../../protocol/profiles/microsoft-profile.ts';
import { type DestinationChange, diffProfiles } from '../../protocol/profiles/profile-diff.ts';
import type { Audit } from '../audit.ts';
import type { IdentifiedProfile } from '../core/forwarding-changes.ts';
import type { ProfileRevision, ProposedProfile } from '../store/distribution-store.ts';
import type { Store } from '../store/store.ts';
import { findProfile, type Publishing } from './publishing.ts';

export type ListCheck = {
  /** Id of the profile that it would change. */
  readonly profile: string;
  readonly changes: readonly DestinationChange[];
  /** Waits for approval; null where nothing would change. */
  readonly proposal: ProposedProfile | null;
};

/** `who` as in `Administration`. */
export type EndpointUpdates = {
  /**
   * Nothing of it is in force. What waited for the same profile waits no more.
   *
   * @param list the JSON of the endpoint list's service
   * @param source where it is from, for people
   * @param profile id or name; null: the one for Microsoft 365
   * @throws OpenGsaError `bad-profile` with the path of the fault, `not-found`, `bad-usage` where there is more than one
   */
  readonly check: (list: unknown, source: string, profile: string | null, who: string) => ListCheck;
  readonly waiting: () => readonly ProposedProfile[];
  /** @throws OpenGsaError `not-found`, `conflict` where the profile is not the one that it was compared with */
  readonly approve: (number: number, who: string) => ProfileRevision;
};

export type EndpointUpdatesOptions = {
  readonly store: Pick<Store, 'distribution' | 'transaction'>;
  /** In force, without what was switched: that stays as it is. */
  readonly profiles: () => readonly IdentifiedProfile[];
  readonly publish: Publishing['publish'];
  readonly audit: Audit;
  readonly now: () => Date;
};

export function createEndpointUpdates({
  store,
  profiles,
  publish,
  audit,
  now,
}: EndpointUpdatesOptions): EndpointUpdates {
  const { distribution } = store;
  return {
    check(list, source, wanted, who) {
      const running = wanted === null ? theMicrosoftOne(profiles()) : findProfile(profiles(), wanted);
      const at = now().toISOString();
      const content = nextProfile(running, list, source, at.slice(0, 10));
      const changes = diffProfiles(asProfile(running), content);
      const { id: profile } = running;
      if (changes.length === 0) return { profile, changes, proposal: null };
      const proposal = store.transaction(() => {
        const base = JSON.stringify(running);
        const made = distribution.propose({ profile, content, base, source, proposedAt: at });
        audit(
          who,
          'profiles.propose',
          `${made.number}: ${profile} from ${source}, ${changes.length} changes`,
        );
        return made;
      });
      return { profile, changes, proposal };
    },
    waiting: distribution.proposals,
    approve(number, who) {
      const proposal = distribution.proposals().find((one) => one.number === number);
      if (proposal === undefined) {
        throw new OpenGsaError('not-found', `no change ${number} waits; see: opengsa-edge endpoints list`);
      }
      const { profile, base, content, source } = proposal;
      if (JSON.stringify(findProfile(profiles(), profile)) !== base) {
        throw new OpenGsaError('conflict', `the profile ${profile} was changed since: check the list again`);
      }
      return publish(content, {
        ...{ note: `from ${source}`.slice(0, 512), who, action: 'profiles.approve' },
        together: () => distribution.withdraw(number),
      });
    },
  };
}

/** What people decided of the running profile stays: its name, its place among others, and what is off in it. */
function nextProfile(running: IdentifiedProfile, list: unknown, source: string, version: string): Profile {
  const { id, name, description, state, priority } = running;
  const rendered = renderMicrosoftProfile(importEndpointList(list, source, { name, version }));
  const states = new Map(running.policies.map((policy) => [policy.name, policy.state]));
  return {
    ...rendered,
    ...{ id, name, state, priority },
    ...(description === undefined ? {} : { description }),
    policies: rendered.policies.map((policy) => ({
      ...policy,
      state: states.get(policy.name) ?? policy.state,
    })),
  };
}

function theMicrosoftOne(profiles: readonly IdentifiedProfile[]): IdentifiedProfile {
  const [first, ...others] = profiles.filter((one) => one.trafficForwardingType === 'm365');
  if (first === undefined) throw new OpenGsaError('not-found', 'this edge has no profile for Microsoft 365');
  if (others.length === 0) return first;
  const ids = [first, ...others].map(({ id }) => id).join(', ');
  throw new OpenGsaError('bad-usage', `there are several profiles for Microsoft 365: name one of ${ids}`);
}

function asProfile(identified: IdentifiedProfile): Profile {
  return { ...identified, policies: [...identified.policies] };
}
