// The switch of the Microsoft traffic profile: what is true of it, and whether a person can change it.
import type { MicrosoftGroup } from '../../../protocol/seen-as.ts';
import type { Status } from '../../../protocol/status.ts';
import type { WindowState } from '../../../protocol/window.ts';

/** The agent's name for the profile that comes with it, and for an imported one in its place. */
export const microsoftProfileName = 'microsoft';

export type ProfileSwitch = {
  readonly on: boolean;
  /** Chosen and not in effect at this moment. */
  readonly held: boolean;
  readonly disabled: boolean;
  readonly caption: 'on' | 'off' | 'after-pause' | 'when-edge-answers' | 'locked' | 'not-running';
  /** What the profile sends through the edge, as far as it is known. */
  readonly covers: readonly MicrosoftGroup[];
};

/** Null: there is nothing to switch. */
export function profileSwitch({ link, status }: WindowState): ProfileSwitch | null {
  if (link.kind === 'starting') return null;
  if (link.kind !== 'live') return { ...off, disabled: true, caption: 'not-running' };
  if (status === null || status.connection.kind === 'not-enrolled') return null;
  const profile = microsoftProfile(status);
  if (profile === null) return null;
  if (!profile.enabled) return profile.locked ? { ...off, disabled: true, caption: 'locked' } : off;
  switch (status.connection.kind) {
    case 'disabled':
      return off;
    case 'paused':
      return { ...off, on: true, held: true, caption: 'after-pause' };
    case 'connected':
      return { ...off, on: true, caption: 'on', covers: coveredBy(status) };
    default:
      return { ...off, on: true, held: true, caption: 'when-edge-answers' };
  }
}

/** What turns it on or off: the agent as a whole may be off as well. */
export function switchCalls(
  status: Status,
  on: boolean,
): readonly ({ readonly call: 'connect' } | { readonly call: 'profile.set'; readonly enabled: boolean })[] {
  if (!on) return [{ call: 'profile.set', enabled: false }];
  const profile = microsoftProfile(status);
  return [
    ...(status.connection.kind === 'disabled' ? [{ call: 'connect' } as const] : []),
    ...(profile !== null && !profile.enabled && !profile.locked
      ? [{ call: 'profile.set', enabled: true } as const]
      : []),
  ];
}

export function microsoftProfile(status: Status): Status['profiles'][number] | null {
  return status.profiles.find(({ name }) => name === microsoftProfileName) ?? null;
}

const off: ProfileSwitch = { on: false, held: false, disabled: false, caption: 'off', covers: [] };

function coveredBy({ seenAs }: Status): readonly MicrosoftGroup[] {
  const groups = seenAs.flatMap(({ group, path }) => (group !== null && path === 'edge' ? [group] : []));
  return [...new Set(groups)];
}
