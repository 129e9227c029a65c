// The two switches that a person has: the Microsoft traffic profile, and a pause.
import type { ReactElement } from 'react';
import type { WindowState } from '../../../protocol/window.ts';
import { pauseMinutes } from '../../shared/pause-clock.ts';
import { useCall } from '../use-call.ts';
import { useStrings } from '../window-context.tsx';
import { profileSwitch } from './profile-switch-model.ts';
import { ProfileRow } from './profile-row.tsx';
import { statusStrings } from './status-strings.ts';

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
            <p id="pause-label">{strings.pauseFor(pauseMinutes)}</p>
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
