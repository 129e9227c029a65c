// Why the state is what it is and what to do about it: a bar where the connection stands, plain text where it does not.
import type { ReactElement } from 'react';
import type { WindowState } from '../../../protocol/window.ts';
import type { WindowWords } from '../../shared/window-words.ts';
import { Icon } from '../components/icon.tsx';
import { useStrings } from '../window-context.tsx';
import { remedyAction, saysWholeRemedy } from './remedy-action-model.ts';
import { RemedyButton } from './remedy-button.tsx';
import { statusStrings } from './status-strings.ts';

type WhyProps = { readonly words: WindowWords; readonly state: WindowState };

export function Why({ words, state }: WhyProps): ReactElement | null {
  const action = remedyAction(state);
  // The card of the pause and the steps to join say both.
  if (action === 'resume' || words.cause === null) return null;
  const remedy = action !== null && saysWholeRemedy(action) ? null : words.remedy;
  if (words.shield === 'error') return <WhyText cause={words.cause} remedy={remedy} />;
  const isOff = words.shield === 'off' || words.shield === 'off-by-organisation';
  return (
    <section className={`message ${words.shield === 'attention' ? 'warn' : ''} why-bar`}>
      <Icon
        name={words.shield === 'attention' ? 'status-warn' : 'ui-info'}
        className={words.shield === 'attention' ? 'status-icon warn' : 'status-icon'}
      />
      <div className="grow">
        <p>
          <strong>{words.cause}</strong>
        </p>
        {remedy !== null && <p>{remedy}</p>}
        {action !== null && <RemedyButton action={action} look={isOff ? 'primary' : 'small'} />}
      </div>
    </section>
  );
}

function WhyText({
  cause,
  remedy,
}: {
  readonly cause: string;
  readonly remedy: string | null;
}): ReactElement {
  const strings = useStrings(statusStrings);
  return (
    <section className="why">
      <p>
        <strong>{strings.cause}</strong> {cause}
      </p>
      {remedy !== null && (
        <p>
          <strong>{strings.whatToDo}</strong> {remedy}
        </p>
      )}
    </section>
  );
}
