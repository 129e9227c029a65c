// What administrators switch while the edge runs, and the count of what devices are told.

export type SignalingStatus = 'enabled' | 'disabled';

export type Signaling = { readonly status: SignalingStatus; readonly since: string };

export type SettingsStore = {
  readonly signaling: () => Signaling;
  readonly setSignaling: (signaling: Signaling) => void;
  /** Counts the view's revision up and gives it. It never falls, across restarts too: devices wait for larger ones. */
  readonly nextRevision: () => number;
};
