// What choosing an item of the tray's menu means, decided from the state at that moment.
import type { WindowCall, WindowCallParams, WindowState } from '../../protocol/window.ts';
import {
  isProfileOn,
  liveStatus,
  microsoftProfile,
  type TrayItemId,
  trayPauseMinutes,
} from './tray-model.ts';

type Call<C extends WindowCall> = {
  readonly kind: 'call';
  readonly call: C;
  readonly params: WindowCallParams<C>;
};

export type TrayAction =
  | Call<'connect'>
  | Call<'profile.set'>
  | Call<'pause'>
  | Call<'resume'>
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
      return { kind: 'call', call: 'pause', params: { minutes: trayPauseMinutes } };
    case 'resume':
      return { kind: 'call', call: 'resume', params: {} };
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

/** Where the profile is on and the person turned all of OpenGSA off, the switch turns that on. */
function switchProfile(state: WindowState): TrayAction | null {
  const status = liveStatus(state);
  const profile = status?.profiles.find(({ name }) => name === microsoftProfile);
  if (status === null || profile === undefined || profile.locked) return null;
  const on = isProfileOn(status);
  if (!on && profile.enabled) return { kind: 'call', call: 'connect', params: {} };
  return { kind: 'call', call: 'profile.set', params: { name: microsoftProfile, enabled: !on } };
}
