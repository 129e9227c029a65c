// The button of a remedy: it does what it says, and says why it could not.
import type { ReactElement } from 'react';
import { useStrings } from '../window-context.tsx';
import type { RemedyAction } from './remedy-action-model.ts';
import { statusStrings } from './status-strings.ts';
import { useRemedy } from './use-remedy.ts';

export function RemedyButton({
  action,
  look,
}: {
  readonly action: RemedyAction;
  readonly look: 'primary' | 'primary wide' | 'small';
}): ReactElement {
  const strings = useStrings(statusStrings);
  const { run, pending, fault } = useRemedy(action);
  return (
    <>
      <button className={`button ${look}`} type="button" aria-busy={pending} onClick={() => void run()}>
        {strings.actions[action]}
      </button>
      {fault !== null && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </>
  );
}
