// The device's credentials while the agent runs: a renewal puts others in their place.
import type { Credentials } from './credentials.ts';

export type LiveCredentials = {
  /** Whoever holds it reads what is good at that moment, and keeps no field of it for later. */
  readonly view: Credentials;
  readonly replace: (next: Credentials) => void;
};

export function createLiveCredentials(first: Credentials): LiveCredentials {
  let present = first;
  return {
    view: {
      get key() {
        return present.key;
      },
      get certificate() {
        return present.certificate;
      },
      get authority() {
        return present.authority;
      },
      get bundle() {
        return present.bundle;
      },
      get device() {
        return present.device;
      },
    },
    replace: (next) => void (present = next),
  };
}
