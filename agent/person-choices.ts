// What the person has chosen, in force and on disk: the mode, and which profiles take part, of this machine or of what the
// organisation assigned.
import { nextMode, type Mode, type ModeEvent } from './core/mode.ts';
import type { ProfileFacts } from './core/status-inputs.ts';
import type { Clock, Timer } from './clock.ts';
import type { AgentConfig } from './config.ts';
import { customProfile } from './policy/custom-profile.ts';
import {
  checkSwitch,
  enabledMatchers,
  isEnabled,
  isLocked,
  type ProfileDefaults,
  type ProfileEntry,
  type ProfileSet,
  withOrganisation,
  withProfile,
} from './policy/profile-set.ts';
import { configuredProfileName, listProfiles, saveProfile, type StoredProfile } from './profile-store.ts';
import { openSettings, type SettingsStore } from './settings-store.ts';
import type { KnownProfile } from '../protocol/known-profile.ts';
import type { Matcher } from '../protocol/matcher.ts';
import { OpenGsaError } from '../protocol/error.ts';
import { parseProfile } from '../protocol/profile.ts';
import type { ProfileDocument } from '../protocol/profile-document.ts';

export type PersonChoices = {
  readonly mode: () => Mode;
  /** In force at once; resolves when it is stored. */
  readonly change: (event: ModeEvent) => Promise<void>;
  /** Calls `listener` when a pause ends by itself. */
  readonly onModeEnd: (listener: () => void) => void;
  /** The enabled profiles, in the order in which they are asked. */
  readonly matchers: () => readonly Matcher[];
  readonly knows: (name: string) => boolean;
  readonly facts: () => readonly ProfileFacts[];
  /** Each with its file and what became of it; the unusable ones last. */
  readonly profiles: () => readonly KnownProfile[];
  /** Why a stored profile is not in force. */
  readonly fault: () => string | null;
  /** @throws OpenGsaError `not-found` or `conflict` */
  readonly setProfile: (name: string, enabled: boolean) => Promise<void>;
  /** What the organisation assigns, in force from then on; null: nothing, the profiles of this machine hold. */
  readonly setOrganisation: (document: ProfileDocument | null) => void;
  /** Whether the organisation has turned all profiles off: then none is, whatever the person chose. */
  readonly breakGlass: () => boolean;
  /**
   * @throws OpenGsaError `bad-profile` with the path of the fault; the profile before stays in force. `conflict` where the
   *   organisation assigns the profiles
   */
  readonly applyProfile: (name: string, profile: unknown) => Promise<void>;
};

export async function createPersonChoices(
  config: AgentConfig,
  stateDir: string,
  clock: Clock,
): Promise<PersonChoices> {
  const settings = await openSettings(stateDir);
  const stored = new Map((await listProfiles(stateDir)).map((one) => [one.name, one]));
  // Who imports a profile wants it, whether or not the agent ran at that moment.
  const defaults = {
    ...Object.fromEntries([...stored.keys()].map((name) => [name, 'enabled' as const])),
    ...config.profiles,
  };
  let own: ProfileSet = [];
  for (const { name, profile } of stored.values())
    if (profile !== null) own = withProfile(own, name, profile);
  if (config.customRules.some(({ programs }) => programs === undefined)) {
    own = withProfile(own, configuredProfileName, customProfile(config.customRules), true);
  }
  let document: ProfileDocument | null = null;
  let assigned: ProfileSet | null = null;
  const set = (): ProfileSet => assigned ?? own;
  const breakGlass = (): boolean => (document?.breakGlass ?? null) !== null;
  // Who assigns a profile wants it; the person can switch it off as one of their own.
  const defaultsNow = (): ProfileDefaults =>
    assigned === null ? defaults : Object.fromEntries(assigned.map(({ name }) => [name, 'enabled']));
  const enabled = (entry: ProfileEntry): boolean =>
    !breakGlass() && isEnabled(entry, settings.read().profiles, defaultsNow());
  const choose = (name: string, enabled: boolean): Promise<void> =>
    settings.change({
      profiles: { ...settings.read().profiles, [name]: { enabled, changedAt: clock.now() } },
    });
  return {
    ...modeOf(settings, clock),
    matchers: () => (breakGlass() ? [] : enabledMatchers(set(), settings.read().profiles, defaultsNow())),
    knows: (name) => set().some((entry) => entry.name === name),
    facts: () =>
      set().map((entry) => ({
        ...shapeOf(entry),
        enabled: enabled(entry),
        locked: isLocked(entry) || breakGlass(),
        changedAt: settings.read().profiles[entry.name]?.changedAt ?? null,
      })),
    setOrganisation(next) {
      document = next;
      const profiles = next?.profiles ?? null;
      assigned = profiles === null ? null : withOrganisation(own, profiles);
    },
    breakGlass,
    fault: () => [...stored.values()].map(faultOf).find((fault) => fault !== null) ?? null,
    profiles: () =>
      assigned === null ? knownProfiles(own, stored, enabled) : assignedProfiles(assigned, enabled),
    async setProfile(name, wanted) {
      if (wanted && breakGlass()) {
        throw new OpenGsaError('conflict', 'your organisation has turned off all profiles for everybody');
      }
      checkSwitch(set(), name, wanted);
      await choose(name, wanted);
    },
    async applyProfile(name, value) {
      if (assigned !== null) throw assignedByOrganisation();
      const profile = parseProfile(value, 'profile');
      const path = await saveProfile(stateDir, name, profile);
      own = withProfile(own, name, profile);
      stored.set(name, { name, source: 'imported', path, profile, fault: null });
      await choose(name, true);
    },
  };
}

/** The fault of a stored profile, and what happens to its traffic. */
function faultOf({ profile, fault }: StoredProfile): string | null {
  if (fault === null) return null;
  return `${fault}; ${profile === null ? 'its destinations leave directly' : 'the built-in profile is used'}`;
}

function knownProfiles(
  set: ProfileSet,
  stored: ReadonlyMap<string, StoredProfile>,
  enabled: (entry: ProfileEntry) => boolean,
): readonly KnownProfile[] {
  const usable = set.map((entry): KnownProfile => {
    const { name, matcher, fixed } = entry;
    const { source = 'agent.yaml', path = null, fault = null } = (fixed ? undefined : stored.get(name)) ?? {};
    return { name, source, path, enabled: enabled(entry), profile: matcher.profile, fault };
  });
  const unusable = [...stored.values()].filter(({ profile }) => profile === null);
  return [...usable, ...unusable.map((one) => ({ ...one, enabled: false }))];
}

function assignedProfiles(
  set: ProfileSet,
  enabled: (entry: ProfileEntry) => boolean,
): readonly KnownProfile[] {
  return set.map((entry): KnownProfile => {
    const { name, matcher, fixed } = entry;
    const source = fixed ? 'agent.yaml' : 'organisation';
    return { name, source, path: null, enabled: enabled(entry), profile: matcher.profile, fault: null };
  });
}

function assignedByOrganisation(): OpenGsaError {
  return new OpenGsaError(
    'conflict',
    'your organisation assigns the profiles of this device, so an imported one would not be asked; ' +
      'to use your own, set organisationProfiles: ignore in agent.yaml',
  );
}

/** A timer knows nothing of suspends and of a clock that is set; the end of a pause is noticed within this time, in ms. */
const lookIntervalMs = 5_000;

function modeOf(settings: SettingsStore, clock: Clock): Pick<PersonChoices, 'mode' | 'change' | 'onModeEnd'> {
  let timer: Timer | null = null;
  let listener = (): void => undefined;
  const mode = (): Mode => nextMode(settings.read().mode, { kind: 'tick' }, clock.now());
  const watchEnd = (): void => {
    timer?.cancel();
    const current = mode();
    if (current.kind !== 'paused') return;
    timer = clock.setTimer(
      () => {
        watchEnd();
        if (mode().kind !== 'paused') listener();
      },
      Math.min(current.until - clock.now(), lookIntervalMs),
    );
  };
  watchEnd();
  return {
    mode,
    change(event) {
      const stored = settings.change({ mode: nextMode(settings.read().mode, event, clock.now()) });
      watchEnd();
      return stored;
    },
    onModeEnd(added) {
      listener = added;
    },
  };
}

function shapeOf({
  name,
  matcher,
}: ProfileEntry): Pick<ProfileFacts, 'name' | 'title' | 'version' | 'policies' | 'rules'> {
  const { profile } = matcher;
  return {
    name,
    title: profile.name,
    version: profile.version,
    policies: profile.policies.length,
    rules: profile.policies.reduce((sum, policy) => sum + policy.rules.length, 0),
  };
}
