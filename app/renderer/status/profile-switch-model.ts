// The switch of the Microsoft traffic profile: what is true of it, and whether a person can change it.
import type { MicrosoftGroup } from '../../../protocol/seen-as.ts';
import type { Status } from '../../../protocol/status.ts';
import type { WindowState } from '../../../protocol/window.ts';
import { microsoftProfile } from '../../shared/profile-switch.ts';

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

const off: ProfileSwitch = { on: false, held: false, disabled: false, caption: 'off', covers: [] };

function coveredBy({ seenAs }: Status): readonly MicrosoftGroup[] {
  const groups = seenAs.flatMap(({ group, path }) => (group !== null && path === 'edge' ? [group] : []));
  return [...new Set(groups)];
}
