// Who is signed in at this device, and the way in or out.
import type { ReactElement } from 'react';
import type { Status } from '../../../../protocol/status.ts';
import { RemedyButton } from '../../status/remedy-button.tsx';
import { useStrings } from '../../window-context.tsx';
import { useDiagnostics } from '../diagnostics-context.ts';
import { overviewStrings } from './overview-strings.ts';

export function PersonFact({ status: { person } }: { readonly status: Status }): ReactElement {
  const strings = useStrings(overviewStrings);
  // Nobody signs in or out by somebody else's bundle.
  const isLive = useDiagnostics().bundle === null;
  return (
    <span className="with-action">
      {person?.name ?? strings.nobody}
      {isLive && <RemedyButton action={person === null ? 'sign-in' : 'sign-out'} look="small" />}
    </span>
  );
}
