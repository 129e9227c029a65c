// The traffic profiles as they hold: of the files or as published, with what administrators switched of them.
import { OpenGsaError } from '../protocol/error.ts';
import type { Profile } from '../protocol/profile.ts';
import type { Audit } from './audit.ts';
import {
  applyChanges,
  type ForwardingChange,
  identifyProfiles,
  type IdentifiedPolicy,
  type IdentifiedProfile,
  ruleKey,
  withPublished,
} from './core/forwarding-changes.ts';
import type { Store } from './store/store.ts';

type State = 'enabled' | 'disabled';

export type RuleAction = { readonly ruleId: string; readonly action: 'forward' | 'bypass' };

/** `who` as in `Administration`. Changes hold for flows that open from then on, and across restarts. */
export type Forwarding = {
  readonly profiles: () => readonly IdentifiedProfile[];
  /** The same without what was switched: of the files or as published. */
  readonly unswitched: () => readonly IdentifiedProfile[];
  /** Another profile was published: it is in force. */
  readonly reload: () => void;
  /** @throws OpenGsaError `not-found` */
  readonly setProfileState: (profileId: string, state: State, who: string) => void;
  /** @throws OpenGsaError `not-found` */
  readonly setPolicyState: (profileId: string, policyId: string, state: State, who: string) => void;
  /** All of them or none. @throws OpenGsaError `not-found` for the policy, `bad-message` for a rule that is not in it */
  readonly setRuleActions: (policyId: string, rules: readonly RuleAction[], who: string) => void;
};

export type ForwardingOptions = {
  /** Of the files. */
  readonly profiles: readonly Profile[];
  readonly store: Pick<Store, 'forwarding' | 'distribution' | 'transaction'>;
  readonly audit: Audit;
  readonly now: () => Date;
  /** Told after each change. */
  readonly onChange?: () => void;
};

export function createForwarding({ store, audit, now, onChange, ...options }: ForwardingOptions): Forwarding {
  const files = identifyProfiles(options.profiles);
  let base = withPublished(files, store.distribution.published());
  let present = withChanges(base, store.forwarding.changes());
  const keep = (changes: readonly ForwardingChange[], note: () => void): void => {
    const at = now().toISOString();
    store.transaction(() => {
      for (const change of changes) store.forwarding.set(change, at);
      store.distribution.raiseRevision(at);
      note();
    });
    present = withChanges(base, store.forwarding.changes());
    onChange?.();
  };
  return {
    profiles: () => present,
    unswitched: () => base,
    reload() {
      base = withPublished(files, store.distribution.published());
      present = withChanges(base, store.forwarding.changes());
      onChange?.();
    },
    setProfileState(profileId, state, who) {
      const profile = findProfile(present, profileId);
      keep([{ kind: 'profile', id: profile.id, value: state }], () =>
        audit(who, 'forwardingProfiles.update', `${profile.name}: ${state}`),
      );
    },
    setPolicyState(profileId, policyId, state, who) {
      const profile = findProfile(present, profileId);
      const policy = findPolicy(profile.policies, policyId);
      keep([{ kind: 'policy', id: policy.id, value: state }], () =>
        audit(who, 'forwardingPolicies.update', `${profile.name}, ${policy.name}: ${state}`),
      );
    },
    setRuleActions(policyId, rules, who) {
      const policy = findPolicy(
        present.flatMap(({ policies }) => policies),
        policyId,
      );
      const unknown = rules.find(({ ruleId }) => policy.rules.every(({ id }) => id !== ruleId));
      if (unknown !== undefined) {
        throw new OpenGsaError(
          'bad-message',
          `rules: the policy ${policy.name} has no rule ${unknown.ruleId}`,
        );
      }
      const changes = rules.map(
        ({ ruleId, action }) => ({ kind: 'rule', id: ruleKey(policyId, ruleId), value: action }) as const,
      );
      keep(changes, () => {
        const list = rules.map(({ ruleId, action }) => `${ruleId} ${action}`).join(', ');
        audit(who, 'forwardingPolicies.update', `${policy.name}: ${list}`);
      });
    },
  };
}

/** A profile was modified last when its file says or when it was changed here. */
function withChanges(
  base: readonly IdentifiedProfile[],
  changes: ReturnType<Store['forwarding']['changes']>,
): readonly IdentifiedProfile[] {
  return applyChanges(base, changes).map((profile) => {
    const parts = [profile.id, ...profile.policies.map(({ id }) => id)];
    const times = changes
      .filter(({ kind, id }) => parts.includes(kind === 'rule' ? (id.split('/')[0] ?? '') : id))
      .map(({ at }) => at);
    const last = [profile.lastModifiedDateTime ?? '', ...times].toSorted().at(-1) ?? '';
    return last === '' ? profile : { ...profile, lastModifiedDateTime: new Date(last).toISOString() };
  });
}

function findProfile(profiles: readonly IdentifiedProfile[], id: string): IdentifiedProfile {
  const found = profiles.find((profile) => profile.id === id);
  if (found !== undefined) return found;
  throw new OpenGsaError('not-found', `the forwarding profile ${id} does not exist`);
}

function findPolicy(policies: readonly IdentifiedPolicy[], id: string): IdentifiedPolicy {
  const found = policies.find((policy) => policy.id === id);
  if (found !== undefined) return found;
  throw new OpenGsaError('not-found', `the forwarding policy ${id} does not exist`);
}
