// Which traffic profiles a device gets, of what administrators assigned to all, to platforms, groups, people and devices.

/** From the least to the most particular; the most particular that fits decides. */
export const assignmentTargets = ['all', 'platform', 'group', 'person', 'device'] as const;
export type AssignmentTarget = (typeof assignmentTargets)[number];

export type Assignment = {
  /** Id of the profile. */
  readonly profile: string;
  readonly target: AssignmentTarget;
  /** Which of them: the name of a platform, group, person or device; empty for `all`. */
  readonly name: string;
  /** `exclude` takes the profile away from whom it would be given to by a less particular assignment. */
  readonly effect: 'include' | 'exclude';
  /** In place of the profile's own, smaller wins; null: the profile's own. */
  readonly priority: number | null;
};

export type DeviceFacts = {
  readonly device: string;
  /** That an administrator put the device into. */
  readonly groups: readonly string[];
  /** As the device says; null where it has not said. */
  readonly platform: string | null;
  /** Who are signed in at it. */
  readonly people: readonly {
    readonly issuer: string;
    readonly subject: string;
    readonly name: string;
    /** As the issuer writes them; empty where it tells none. */
    readonly groups: readonly string[];
  }[];
  /** The name of the only profile that the device may use, from its invitation; null: any. */
  readonly onlyProfile: string | null;
};

export type AssignableProfile = { readonly id: string; readonly name: string; readonly priority: number };
export type AssignedProfile = { readonly id: string; readonly priority: number };

/**
 * The profiles of a device in the order in which they are asked: by priority, then by id.
 *
 * Of the assignments of one profile that fit the device, the most particular kind decides: device, then person, group,
 * platform, all. Where several of that kind fit (two groups), an exclusion wins over an inclusion, and among inclusions the
 * smallest priority counts. A device that its invitation binds to one profile gets that one and no other, assigned or not.
 *
 * @returns null where nothing is assigned to anybody: then the organisation distributes no profiles
 */
export function assignedProfiles(
  assignments: readonly Assignment[],
  profiles: readonly AssignableProfile[],
  facts: DeviceFacts,
): readonly AssignedProfile[] | null {
  if (assignments.length === 0) return null;
  const fitting = assignments.filter((assignment) => fits(assignment, facts));
  return profiles
    .flatMap(({ id, name, priority }): AssignedProfile[] => {
      const own = decide(fitting.filter(({ profile }) => profile === id));
      const bound = facts.onlyProfile === name;
      if (facts.onlyProfile !== null && !bound) return [];
      if (!bound && own?.effect !== 'include') return [];
      return [{ id, priority: (own?.effect === 'include' ? own.priority : null) ?? priority }];
    })
    .toSorted((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1));
}

/** For lists and the audit: `3: m365 not to group sales`. */
export function assignmentText(assignment: Assignment & { readonly number: number }): string {
  const { number, profile, target, name, effect, priority } = assignment;
  const whom = target === 'all' ? 'all' : `${target} ${name}`;
  const rank = priority === null ? '' : `, priority ${priority}`;
  return `${number}: ${profile} ${effect === 'include' ? 'to' : 'not to'} ${whom}${rank}`;
}

/** What the assignments of one profile come to; null where there are none. */
function decide(fitting: readonly Assignment[]): Pick<Assignment, 'effect' | 'priority'> | null {
  const rank = Math.max(...fitting.map(rankOf));
  const deciding = fitting.filter((assignment) => rankOf(assignment) === rank);
  if (deciding.length === 0) return null;
  if (deciding.some(({ effect }) => effect === 'exclude')) return { effect: 'exclude', priority: null };
  const priorities = deciding.flatMap(({ priority }) => priority ?? []);
  return { effect: 'include', priority: priorities.length === 0 ? null : Math.min(...priorities) };
}

function rankOf({ target }: Assignment): number {
  return assignmentTargets.indexOf(target);
}

function fits({ target, name }: Assignment, { device, groups, platform, people }: DeviceFacts): boolean {
  switch (target) {
    case 'all':
      return true;
    case 'platform':
      return platform === name;
    case 'group':
      return groups.includes(name) || people.some((person) => person.groups.includes(name));
    case 'person':
      return people.some((person) => person.subject === name || sameName(person.name, name));
    case 'device':
      return device === name;
  }
}

/** A person's name is an address of mail as a rule, which people write in any case. */
function sameName(known: string, name: string): boolean {
  return known.toLowerCase() === name.toLowerCase();
}
