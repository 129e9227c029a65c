// What the control socket does about the distribution of profiles.
import { systemUser } from '../administration.ts';
import type { ControlHandlers, ControlResult } from '../control/requests.ts';
import type { profileMethods } from '../control/profile-requests.ts';
import type { IdentifiedProfile } from '../core/forwarding-changes.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { formatDiff } from '../../protocol/profiles/profile-diff.ts';
import type { ProfileRevision } from '../store/distribution-store.ts';
import type { Distribution } from './distribution.ts';
import { findProfile } from './publishing.ts';

export function profileHandlers(
  distribution: Distribution,
): Pick<ControlHandlers, keyof typeof profileMethods> {
  const { publishing, assigning, endpoints, revision } = distribution;
  const breakGlass = () => {
    const since = assigning.breakGlass();
    return since === null ? null : { since };
  };
  return {
    'profiles.list': () => {
      const revisions = publishing.revisions();
      return {
        revision: revision(),
        profiles: publishing.profiles().map((profile) => summary(profile, revisions)),
        assignments: [...assigning.assignments()],
        breakGlass: breakGlass(),
      };
    },
    'profiles.show': ({ profile, revision: wanted }) => {
      if (wanted === null) return { profile: findProfile(publishing.profiles(), profile) };
      const found = publishing.history(profile).find((one) => one.revision === wanted);
      if (found !== undefined) return { profile: found.content };
      throw new OpenGsaError(
        'not-found',
        `the profile ${profile} has no revision ${wanted}; see its history`,
      );
    },
    'profiles.showDevice': ({ device }) => {
      const { profiles, ...content } = distribution.shownFor(device);
      return {
        ...content,
        profiles:
          profiles?.map(({ name, revision: number, profile: { name: title, priority } }) => ({
            ...{ name, title, priority, revision: number },
          })) ?? null,
        groups: [...assigning.groupsOf(assigning.device(device))],
      };
    },
    'profiles.publish': ({ content, note, uid }) => ({
      revision: told(publishing.publish(content, { note, who: systemUser(uid), action: 'profiles.publish' })),
    }),
    'profiles.history': ({ profile }) => ({ revisions: publishing.history(profile).map(told) }),
    'profiles.rollback': ({ profile, revision: wanted, uid }) => ({
      revision: told(publishing.rollback(profile, wanted, systemUser(uid))),
    }),
    'profiles.assign': ({ uid, ...wanted }) => ({ assignment: assigning.assign(wanted, systemUser(uid)) }),
    'profiles.unassign': ({ number, uid }) => ({
      assignment: assigning.unassign(number, systemUser(uid)),
      left: assigning.assignments().length,
    }),
    'profiles.breakGlass': ({ on, uid }) => ({
      changed: assigning.setBreakGlass(on, systemUser(uid)),
      breakGlass: breakGlass(),
    }),
    'endpoints.check': ({ list, source, profile, uid }) => {
      const { proposal, profile: changed, changes } = endpoints.check(list, source, profile, systemUser(uid));
      return {
        ...{ profile: changed, number: proposal?.number ?? null, lines: [...formatDiff(changes)] },
        changes: changes.map((change) =>
          change.kind === 'changed' ? { ...change, fields: [...change.fields] } : { ...change },
        ),
      };
    },
    'endpoints.list': () => ({
      waiting: endpoints.waiting().map(({ number, profile, source, proposedAt }) => ({
        ...{ number, profile, source, proposedAt },
      })),
    }),
    'endpoints.approve': ({ number, uid }) => ({
      revision: told(endpoints.approve(number, systemUser(uid))),
    }),
    'devices.groups': ({ device, groups, uid }) => {
      if (groups !== null) assigning.setGroups(device, groups, systemUser(uid));
      return { groups: [...assigning.groupsOf(assigning.device(device))] };
    },
  };
}

function summary(
  { id, name, state, version, priority, policies }: IdentifiedProfile,
  revisions: ReadonlyMap<string, number>,
): ControlResult<'profiles.list'>['profiles'][number] {
  const rules = policies.reduce((sum, policy) => sum + policy.rules.length, 0);
  const revision = revisions.get(id) ?? null;
  return { id, name, state, version, priority, revision, policies: policies.length, rules };
}

/** Without its content: a hundred of them fit one answer. */
function told({
  content: { version },
  ...revision
}: ProfileRevision): ControlResult<'profiles.publish'>['revision'] {
  return { ...revision, version };
}
