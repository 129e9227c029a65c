// A pause: how much of it is left, when it ends, and the way back.
import type { ReactElement } from 'react';
import { pauseClock } from '../../shared/pause-clock.ts';
import { useSecond } from '../every-second.ts';
import { useMomentAt } from '../time-of-day.ts';
import { useStrings } from '../window-context.tsx';
import { RemedyButton } from './remedy-button.tsx';
import { statusStrings } from './status-strings.ts';

export function PauseCard({
  since,
  until,
}: {
  readonly since: string;
  readonly until: string;
}): ReactElement {
  const strings = useStrings(statusStrings);
  const momentAt = useMomentAt();
  const { left, secondsLeft, secondsInAll } = pauseClock(since, until, useSecond());
  return (
    <section className="card countdown" aria-label={strings.pause}>
      <div>
        <p className="line">
          <span className="time" role="timer" aria-live="off">
            {left}
          </span>{' '}
          <span className="quiet">{strings.left}</span>
        </p>
        <p className="caption">{strings.resumes(momentAt(until))}</p>
      </div>
      <progress value={secondsLeft} max={secondsInAll} aria-label={strings.timeLeft} />
      <RemedyButton action="resume" look="primary wide" />
    </section>
  );
}
