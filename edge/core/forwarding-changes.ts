// What administrators change of the traffic profiles while the edge runs: laid over the files, which stay as they are.
import type { Policy, Profile } from '../../protocol/profile.ts';

/** In force until another one of the same kind and id; what it names may be gone from the files. */
export type ForwardingChange =
  | { readonly kind: 'profile' | 'policy'; readonly id: string; readonly value: 'enabled' | 'disabled' }
  | { readonly kind: 'rule'; readonly id: string; readonly value: 'forward' | 'bypass' };

/** A profile whose parts all have ids, each once among all profiles. Rules have ids of their own. */
export type IdentifiedProfile = Omit<Profile, 'id' | 'policies'> & {
  readonly id: string;
  readonly policies: readonly IdentifiedPolicy[];
};
export type IdentifiedPolicy = Policy & { readonly id: string };

/** An id that a file gives is kept; others are made from names, so that they hold as long as the names do. */
export function identifyProfiles(profiles: readonly Profile[]): readonly IdentifiedProfile[] {
  const profileIds = new Set<string>();
  const policyIds = new Set<string>();
  return profiles.map((profile) => {
    const id = unused(profile.id ?? wordOf(profile.name), profileIds);
    return {
      ...profile,
      id,
      policies: profile.policies.map((policy) => ({
        ...policy,
        id: unused(policy.id ?? `${id}.${wordOf(policy.name)}`, policyIds),
      })),
    };
  });
}

export type PublishedContent = { readonly profile: string; readonly content: Profile };

/** A published profile takes the place of the file's one of its id, or comes after those of the files. */
export function withPublished(
  files: readonly IdentifiedProfile[],
  published: readonly PublishedContent[],
): readonly IdentifiedProfile[] {
  const contents = new Map(published.map(({ profile, content }) => [profile, { ...content, id: profile }]));
  const kept = files.map((file) => contents.get(file.id) ?? { ...file, policies: [...file.policies] });
  const added = [...contents.values()].filter(({ id }) => files.every((file) => file.id !== id));
  return identifyProfiles([...kept, ...added]);
}

/** The id that a profile is published under: its own, else one that is made from its name. */
export function publishedId({ id, name }: Pick<Profile, 'id' | 'name'>): string {
  return id ?? wordOf(name);
}

/** How a change names a rule: ids of rules are unique within a profile only. */
export function ruleKey(policyId: string, ruleId: string): string {
  return `${policyId}/${ruleId}`;
}

export function applyChanges(
  profiles: readonly IdentifiedProfile[],
  changes: readonly ForwardingChange[],
): readonly IdentifiedProfile[] {
  const states = new Map<string, 'enabled' | 'disabled'>();
  const actions = new Map<string, 'forward' | 'bypass'>();
  for (const { kind, id, value } of changes) {
    if (kind === 'rule') actions.set(id, value);
    else states.set(`${kind} ${id}`, value);
  }
  return profiles.map((profile) => ({
    ...profile,
    state: states.get(`profile ${profile.id}`) ?? profile.state,
    policies: profile.policies.map((policy) => ({
      ...policy,
      state: states.get(`policy ${policy.id}`) ?? policy.state,
      rules: policy.rules.map((rule) => ({
        ...rule,
        action: actions.get(ruleKey(policy.id, rule.id)) ?? rule.action,
      })),
    })),
  }));
}

function unused(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let i = 2; taken.has(id); i += 1) id = `${wanted}-${i}`;
  taken.add(id);
  return id;
}

/** Safe as a segment of a path. */
function wordOf(name: string): string {
  const word = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return word === '' ? 'unnamed' : word.slice(0, 80);
}
