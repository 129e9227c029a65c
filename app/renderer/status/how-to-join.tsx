// First run: what makes this device one of an organisation, and what changes then.
import type { ReactElement } from 'react';
import { Icon } from '../components/icon.tsx';
import { useStrings } from '../window-context.tsx';
import { RemedyButton } from './remedy-button.tsx';
import { statusStrings } from './status-strings.ts';

export function HowToJoin(): ReactElement {
  const strings = useStrings(statusStrings);
  return (
    <>
      <section>
        <div className="section-head">
          <h2>{strings.joining}</h2>
        </div>
        <ol className="next">
          {strings.joiningSteps.map((step) => (
            <li key={step}>
              <p>{step}</p>
            </li>
          ))}
        </ol>
      </section>
      <RemedyButton action="show-how" look="primary wide" />
      <p className="note">
        <Icon name="ui-info" />
        <span>{strings.joiningNote}</span>
      </p>
    </>
  );
}
