// The two switches that a person has: the Microsoft traffic profile, and a pause.
import type { ReactElement } from 'react';
import type { WindowState } from '../../../protocol/window.ts';
import { useCall } from '../use-call.ts';
import { useStrings } from '../window-context.tsx';
import { profileSwitch } from './profile-switch-model.ts';
import { ProfileRow } from './profile-row.tsx';
import { statusStrings } from './status-strings.ts';

/** What a person can choose is ten minutes; commands can choose another length. */
const pauseMinutes = 10;

export function TrafficCard({ state }: { readonly state: WindowState }): ReactElement | null {
  const strings = useStrings(statusStrings);
  const profile = profileSwitch(state);
  const pause = useCall('pause');
  if (profile === null) return null;
  const isPausable = state.link.kind === 'live' && state.status?.connection.kind === 'connected';
  return (
    <section className="card" aria-label={strings.traffic}>
      <ProfileRow profile={profile} status={state.status} />
      {isPausable && (
        <div className="row">
          <div className="grow">
            <p id="pause-label">{strings.pauseFor}</p>
            {pause.fault !== null && (
              <p className="fault" role="alert">
                {pause.fault}
              </p>
            )}
          </div>
          <button
            className="button"
            type="button"
            aria-describedby="pause-label"
            aria-busy={pause.pending}
            onClick={() => void pause.run({ minutes: pauseMinutes })}
          >
            {strings.pause}
          </button>
        </div>
      )}
    </section>
  );
}
