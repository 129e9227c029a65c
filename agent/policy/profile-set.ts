// The profiles that this agent knows, which of them are on, and in which order they are asked.
import { OpenGsaError } from '../../protocol/error.ts';
import { compileProfile, type Matcher } from '../../protocol/matcher.ts';
import type { Profile } from '../../protocol/profile.ts';
import type { ProfileDocument } from '../../protocol/profile-document.ts';

export type ProfileSet = readonly ProfileEntry[];

export type ProfileEntry = {
  readonly name: string;
  readonly matcher: Matcher;
  /** By the configuration and not by a person: it is always on. */
  readonly fixed: boolean;
};

/** What a person chose, by name of the profile. */
export type ProfileChoices = Readonly<
  Record<string, { readonly enabled: boolean; readonly changedAt: number }>
>;
/** What the configuration says for a profile that no person has switched. */
export type ProfileDefaults = Readonly<Record<string, 'enabled' | 'disabled'>>;

/** The set with `profile` in place of one of the same name, in the order in which they are asked. */
export function withProfile(set: ProfileSet, name: string, profile: Profile, fixed = false): ProfileSet {
  const entry: ProfileEntry = { name, matcher: compileProfile(profile), fixed };
  return [...set.filter((other) => other.name !== name), entry].sort(
    (a, b) => Number(b.fixed) - Number(a.fixed) || priorityOf(a) - priorityOf(b),
  );
}

/** What the switch of the Microsoft traffic profile is for: the one that comes with the program, or what takes its place. */
export const microsoftProfileName = 'microsoft';

type Distributed = NonNullable<ProfileDocument['profiles']>;

/** The set with those of the organisation in place of all that are not the configuration's own. */
export function withOrganisation(set: ProfileSet, distributed: Distributed): ProfileSet {
  const named = nameDistributed(distributed);
  return named.reduce<ProfileSet>(
    (others, { name, profile }) => withProfile(others, name, profile),
    set.filter(({ fixed }) => fixed),
  );
}

/**
 * The names that the profiles have on this device: the first for Microsoft 365 has that of the one that comes with the
 * program, so that the person's switch is for it.
 */
export function nameDistributed(distributed: Distributed): Distributed {
  const first = distributed.find(({ profile }) => profile.trafficForwardingType === 'm365');
  const others = distributed.filter((one) => one !== first).map(({ name }) => name);
  return distributed.map((one) => {
    if (one !== first) return one;
    return { ...one, name: others.includes(microsoftProfileName) ? one.name : microsoftProfileName };
  });
}

/** Whether the profile takes part. One that is disabled in itself never does. */
export function isEnabled(entry: ProfileEntry, choices: ProfileChoices, defaults: ProfileDefaults): boolean {
  if (isLocked(entry)) return false;
  if (entry.fixed) return true;
  return choices[entry.name]?.enabled ?? defaults[entry.name] === 'enabled';
}

/** Switched off by whoever made it: a person cannot switch it on. */
export function isLocked({ matcher }: ProfileEntry): boolean {
  return matcher.profile.state === 'disabled';
}

/** The matchers of the enabled profiles, in their order. */
export function enabledMatchers(
  set: ProfileSet,
  choices: ProfileChoices,
  defaults: ProfileDefaults,
): readonly Matcher[] {
  return set.filter((entry) => isEnabled(entry, choices, defaults)).map((entry) => entry.matcher);
}

/** @throws OpenGsaError `not-found` or `conflict` where a person cannot switch `name` so */
export function checkSwitch(set: ProfileSet, name: string, enabled: boolean): void {
  const entry = set.find((one) => one.name === name);
  if (entry === undefined) {
    const known = set.map((one) => one.name).join(', ');
    throw new OpenGsaError('not-found', `there is no profile ${name}; there is ${known}`);
  }
  if (enabled && isLocked(entry)) {
    throw new OpenGsaError('conflict', `the profile ${name} is switched off in itself; ask who made it`);
  }
  if (!enabled && entry.fixed) {
    throw new OpenGsaError('conflict', `the profile ${name} comes from agent.yaml; change it there`);
  }
}

function priorityOf({ matcher }: ProfileEntry): number {
  return matcher.profile.priority;
}
