// Whether the desktop shows a tray icon, and what the windows do where it does not.

/** What follows from whether there is a tray. */
export type TraySupport = {
  /** Without a tray the program starts with its window, so that it can be found. */
  readonly opensAtStart: boolean;
  /** Without a tray a hidden window would be lost. */
  readonly closing: 'hide' | 'minimise';
};

/** An unknown answer counts as a tray: most desktops have one, and starting the program again shows its window. */
export function traySupport(platform: string, watcherOnBus: boolean | null): TraySupport {
  const none = platform === 'linux' && watcherOnBus === false;
  return { opensAtStart: none, closing: none ? 'minimise' : 'hide' };
}

/** The yes or no in what `gdbus` (`(true,)`) or `busctl` (`b true`) prints; null in anything else. */
export function nameHasOwner(printed: string): boolean | null {
  const answer = /^(?:\((?<gdbus>true|false),\)|b (?<busctl>true|false))\s*$/.exec(printed)?.groups;
  const word = answer?.gdbus ?? answer?.busctl;
  return word === undefined ? null : word === 'true';
}
