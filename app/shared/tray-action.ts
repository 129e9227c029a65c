// What choosing an item of the tray's menu means, decided from the state at that moment.
import type { WindowCall, WindowCallParams, WindowState } from '../../protocol/window.ts';
import { pauseMinutes } from './pause-clock.ts';
import { microsoftProfile, type SwitchCall, switchCalls } from './profile-switch.ts';
import { isProfileOn, liveStatus, type TrayItemId } from './tray-model.ts';

type Call<C extends WindowCall> = { readonly call: C; readonly params: WindowCallParams<C> };

export type TrayAction =
  /** One after the other. */
  | { readonly kind: 'calls'; readonly calls: readonly (SwitchCall | Call<'pause'> | Call<'resume'>)[] }
  | { readonly kind: 'open'; readonly window: WindowCallParams<'window.open'> }
  | { readonly kind: 'about' }
  | { readonly kind: 'quit' };

/** Null where there is nothing to do: macOS lets people choose items that are disabled. */
export function trayAction(id: TrayItemId, state: WindowState): TrayAction | null {
  switch (id) {
    case 'state':
      return null;
    case 'microsoft-profile':
      return switchProfile(state);
    case 'pause':
      return { kind: 'calls', calls: [{ call: 'pause', params: { minutes: pauseMinutes } }] };
    case 'resume':
      return { kind: 'calls', calls: [{ call: 'resume', params: {} }] };
    case 'status':
    case 'settings':
      return { kind: 'open', window: { view: id } };
    case 'diagnostics':
      return { kind: 'open', window: { view: 'diagnostics', tab: null } };
    case 'collect-logs':
      return { kind: 'open', window: { view: 'diagnostics', tab: 'log-collection' } };
    case 'about':
    case 'quit':
      return { kind: id };
  }
}

function switchProfile(state: WindowState): TrayAction | null {
  const status = liveStatus(state);
  if (status === null) return null;
  const profile = microsoftProfile(status);
  if (profile === null || profile.locked) return null;
  return { kind: 'calls', calls: switchCalls(status, !isProfileOn(status)) };
}
