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
import { listProfiles, saveProfile, type StoredProfile } from './profile-store.ts';
import { openSettings, type SettingsStore } from './settings-store.ts';
import { OpenGsaError } from '../protocol/error.ts';
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
  const stored = await listProfiles(stateDir);
  const faults = new Map(stored.flatMap((one) => (one.fault === null ? [] : [[one.name, faultOf(one)]])));
  // Who imports a profile wants it, whether or not the agent ran at that moment.
  const defaults = {
    ...Object.fromEntries(stored.map(({ name }) => [name, 'enabled' as const])),
    ...config.profiles,
  };
  let set: ProfileSet = [];
  for (const { name, profile } of stored) if (profile !== null) set = withProfile(set, name, profile);
  if (config.customRules.length > 0) {
    set = withProfile(set, customName, customProfile(config.customRules), true);
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
    fault: () => faults.values().next().value ?? null,
    async setProfile(name, enabled) {
      checkSwitch(set, name, enabled);
      await choose(name, enabled);
    },
    async applyProfile(name, value) {
      const profile = parseProfile(value, 'profile');
      checkApply(name);
      await saveProfile(stateDir, name, profile);
      set = withProfile(set, name, profile);
      faults.delete(name);
      await choose(name, true);
    },
  };
}

const customName = 'custom';

/** The fault of a stored profile, and what happens to its traffic. */
function faultOf({ profile, fault }: StoredProfile): string {
  return `${fault ?? ''}; ${profile === null ? 'its destinations leave directly' : 'the built-in profile is used'}`;
}

function checkApply(name: string): void {
  if (name === customName) {
    throw new OpenGsaError('conflict', `the name ${customName} belongs to the rules of agent.yaml`);
  }
}

function modeOf(settings: SettingsStore, clock: Clock): Pick<PersonChoices, 'mode' | 'change' | 'onModeEnd'> {
  let timer: Timer | null = null;
  let listener = (): void => undefined;
  const mode = (): Mode => nextMode(settings.read().mode, { kind: 'tick' }, clock.now());
  const watchEnd = (): void => {
    timer?.cancel();
    const current = mode();
    if (current.kind !== 'paused') return;
    timer = clock.setTimer(() => {
      watchEnd();
      if (mode().kind !== 'paused') listener();
    }, current.until - clock.now());
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
