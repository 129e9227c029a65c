// What `opengsa inspection status` says: each store as it is, and what to do about it.
import type { StoreState } from '../inspection/trust-store.ts';
import { facts } from './table.ts';

export type InspectionReport = {
  /** The agent's own; null where there is none or this account may not read it. */
  readonly authority: {
    /** SHA-256, hexadecimal. */
    readonly fingerprint: string;
    readonly directory: string;
    /** Why it must not be trusted; null where nothing speaks against it. */
    readonly fault: string | null;
  } | null;
  readonly stores: readonly {
    readonly store: 'system' | 'user';
    readonly place: string;
    readonly state: StoreState;
  }[];
};

export function inspectionText({ authority, stores }: InspectionReport, stateDir: string): readonly string[] {
  const own: (readonly [string, string])[] =
    authority === null
      ? [['Authority', `none that this account can read in ${stateDir}`]]
      : [
          ['Authority', authority.fingerprint],
          ['Kept in', authority.directory],
          ...(authority.fault === null ? [] : ([['Fault', authority.fault]] as const)),
        ];
  return [
    ...facts(own),
    ...stores.flatMap(({ store, place, state }) => [
      '',
      ...facts([
        [store === 'system' ? 'System store' : 'Your browsers', place],
        ['Holds', held(state)],
        ['Next', next(store, state, stateDir)],
      ]),
    ]),
  ];
}

function held(state: StoreState): string {
  switch (state.kind) {
    case 'absent':
      return 'nothing of inspection';
    case 'present':
      return `this machine's authority, ${expiry(state)}`;
    case 'other':
      return `another inspection authority, ${state.fingerprint}, ${expiry(state)}`;
    case 'foreign':
    case 'incomplete':
    case 'unknown':
      return `${state.kind}: ${state.detail}`;
  }
}

function expiry({ expiresAt, expired }: { readonly expiresAt: string; readonly expired: boolean }): string {
  return `${expired ? 'expired' : 'expires'} ${expiresAt.slice(0, 10)}`;
}

function next(store: 'system' | 'user', state: StoreState, stateDir: string): string {
  const command = (verb: string) =>
    store === 'user'
      ? `opengsa inspection ${verb} --user`
      : `sudo opengsa inspection ${verb} --state-dir ${stateDir}`;
  switch (state.kind) {
    case 'absent':
      return `to have it trusted: ${command('install')}`;
    case 'present':
      return state.expired ? `renew it: ${command('install')}` : `nothing; to end it: ${command('remove')}`;
    case 'other':
    case 'incomplete':
      return `${command('install')}, or ${command('remove')}`;
    case 'foreign':
      return 'look at it yourself: OpenGSA leaves it as it is';
    case 'unknown':
      return 'see to the cause, then ask again';
  }
}
