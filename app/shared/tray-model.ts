// The tray as a value: icon, tooltip and menu for each state, to be compared before anything is drawn.
import type { Language } from '../../protocol/language.ts';
import type { Status } from '../../protocol/status.ts';
import type { WindowState } from '../../protocol/window.ts';
import { pauseMinutes } from './pause-clock.ts';
import { microsoftProfile } from './profile-switch.ts';
import { type TrayStrings, trayStrings } from './tray-strings.ts';
import { windowWords } from './window-words.ts';

/** Stable: the actions, the tests and nothing else go by them. */
export type TrayItemId =
  | 'state'
  | 'microsoft-profile'
  | 'pause'
  | 'resume'
  | 'status'
  | 'diagnostics'
  | 'collect-logs'
  | 'settings'
  | 'about'
  | 'quit';

export type TrayItem =
  | { readonly type: 'separator' }
  | {
      readonly type: 'normal' | 'checkbox';
      readonly id: TrayItemId;
      readonly label: string;
      readonly enabled: boolean;
      readonly checked: boolean;
    };

export type TrayModel = {
  readonly icon: Status['shield'];
  readonly tooltip: string;
  /** In a fixed order; what cannot be chosen says why in its label, since a menu has no other place for it. */
  readonly menu: readonly TrayItem[];
};

/** @param timeOf writes a time of day for people, in their language and time zone */
export function trayModel(
  state: WindowState,
  language: Language,
  timeOf: (iso: string) => string,
): TrayModel {
  const strings = trayStrings[language];
  const { shield, title } = windowWords(state, language, timeOf);
  const status = liveStatus(state);
  const line = stateLine(title, status, strings, timeOf);
  return {
    icon: shield,
    tooltip:
      shield === 'on' && status !== null
        ? connectedTip(title, status, strings)
        : pausedOr(line, title, status),
    menu: [
      item('state', line, false),
      profileItem(state, strings),
      pauseItem(state, strings),
      { type: 'separator' },
      item('status', strings.status),
      item('diagnostics', strings.diagnostics),
      item('collect-logs', strings.collectLogs),
      { type: 'separator' },
      item('settings', strings.settings),
      item('about', strings.about),
      item('quit', isRouting(status) ? strings.quitWhileRouting : strings.quit),
    ],
  };
}

/** An older status would claim what nobody knows. */
export function liveStatus({ link, status }: WindowState): Status | null {
  return link.kind === 'live' ? status : null;
}

/** Whether the switch of the Microsoft traffic profile stands on: a pause leaves it on. */
export function isProfileOn(status: Status): boolean {
  return microsoftProfile(status)?.enabled === true && status.connection.kind !== 'disabled';
}

function stateLine(
  title: string,
  status: Status | null,
  strings: TrayStrings,
  timeOf: (iso: string) => string,
): string {
  if (status?.connection.kind === 'paused') return strings.pausedUntil(timeOf(status.connection.until));
  if (status?.connection.kind === 'connected' && status.shield === 'on')
    return strings.connectedThrough(status.connection.edge);
  return title;
}

function pausedOr(line: string, title: string, status: Status | null): string {
  return status?.connection.kind === 'paused' ? line : title;
}

function connectedTip(title: string, status: Status, strings: TrayStrings): string {
  const own = status.seenAs.filter(({ whose }) => whose === 'own').length;
  return own === 0 ? title : strings.connectedTip(title, own);
}

function profileItem(state: WindowState, strings: TrayStrings): TrayItem {
  const why = profileObstacle(state, strings.why);
  const status = liveStatus(state);
  return {
    type: 'checkbox',
    id: 'microsoft-profile',
    label: because(strings.profile, why),
    enabled: why === null,
    checked: status !== null && isProfileOn(status),
  };
}

function profileObstacle(state: WindowState, why: TrayStrings['why']): string | null {
  const status = liveStatus(state);
  if (status === null) return linkObstacle(state, why);
  if (status.connection.kind === 'not-enrolled') return why.notEnrolled;
  const profile = microsoftProfile(status);
  if (profile === null) return why.noProfile;
  return profile.locked ? why.locked : null;
}

function pauseItem(state: WindowState, strings: TrayStrings): TrayItem {
  const status = liveStatus(state);
  if (status === null) return item('pause', because(strings.pause, linkObstacle(state, strings.why)), false);
  switch (status.connection.kind) {
    case 'paused':
      return item('resume', strings.resume);
    case 'not-enrolled':
    case 'disabled':
      return item('pause', because(strings.pause, strings.why.nothingToPause), false);
    default:
      return item('pause', strings.pauseMinutes(pauseMinutes));
  }
}

function linkObstacle({ link }: WindowState, why: TrayStrings['why']): string {
  return link.kind === 'live' ? why.starting : why[link.kind];
}

/** Whether the agent goes on routing when the windows end. */
function isRouting(status: Status | null): boolean {
  return status !== null && !['not-enrolled', 'disabled'].includes(status.connection.kind);
}

function item(id: TrayItemId, label: string, enabled = true): TrayItem {
  return { type: 'normal', id, label, enabled, checked: false };
}

function because(label: string, why: string | null): string {
  return why === null ? label : `${label} (${why})`;
}
