// What the person has chosen, in force and on disk: the mode, and which profiles take part.
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
  type ProfileEntry,
  type ProfileSet,
  withProfile,
} from './policy/profile-set.ts';
import { configuredProfileName, listProfiles, saveProfile, type StoredProfile } from './profile-store.ts';
import { openSettings, type SettingsStore } from './settings-store.ts';
import type { KnownProfile } from '../protocol/known-profile.ts';
import type { Matcher } from '../protocol/matcher.ts';
import { parseProfile } from '../protocol/profile.ts';

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
  /** @throws OpenGsaError `bad-profile` with the path of the fault; the profile before stays in force */
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
  let set: ProfileSet = [];
  for (const { name, profile } of stored.values())
    if (profile !== null) set = withProfile(set, name, profile);
  if (config.customRules.some(({ programs }) => programs === undefined)) {
    set = withProfile(set, configuredProfileName, customProfile(config.customRules), true);
  }
  const choose = (name: string, enabled: boolean): Promise<void> =>
    settings.change({
      profiles: { ...settings.read().profiles, [name]: { enabled, changedAt: clock.now() } },
    });
  return {
    ...modeOf(settings, clock),
    matchers: () => enabledMatchers(set, settings.read().profiles, defaults),
    knows: (name) => set.some((entry) => entry.name === name),
    facts: () =>
      set.map((entry) => ({
        ...shapeOf(entry),
        enabled: isEnabled(entry, settings.read().profiles, defaults),
        locked: isLocked(entry),
        changedAt: settings.read().profiles[entry.name]?.changedAt ?? null,
      })),
    fault: () => [...stored.values()].map(faultOf).find((fault) => fault !== null) ?? null,
    profiles: () =>
      knownProfiles(set, stored, (entry) => isEnabled(entry, settings.read().profiles, defaults)),
    async setProfile(name, enabled) {
      checkSwitch(set, name, enabled);
      await choose(name, enabled);
    },
    async applyProfile(name, value) {
      const profile = parseProfile(value, 'profile');
      const path = await saveProfile(stateDir, name, profile);
      set = withProfile(set, name, profile);
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
