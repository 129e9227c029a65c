// What is blocked, what waits and what leaves directly until an edge answers, and why.
import type { ReactElement } from 'react';
import { reasonWords } from '../../../protocol/words/seen-as.ts';
import type { Status } from '../../../protocol/status.ts';
import { allOf } from '../../../protocol/words/forms.ts';
import { Icon } from '../components/icon.tsx';
import { useLanguage, useStrings, useTransport } from '../window-context.tsx';
import { statusStrings } from './status-strings.ts';
import { untilEdge, type UntilEdge } from './until-edge-model.ts';

const icons: Readonly<Record<UntilEdge['effect'], string>> = {
  blocked: 'ui-block',
  waits: 'ui-pause',
  direct: 'ui-bypass',
};

export function UntilEdgeList({ status }: { readonly status: Status }): ReactElement | null {
  const strings = useStrings(statusStrings);
  const transport = useTransport();
  const effects = untilEdge(status);
  if (effects.length === 0) return null;
  return (
    <section>
      <div className="section-head">
        <h2>{strings.untilEdge}</h2>
        <button
          className="link-button"
          type="button"
          onClick={() =>
            void transport.call('window.open', { view: 'diagnostics', tab: 'forwarding-profile' })
          }
        >
          {strings.showRules}
        </button>
      </div>
      <ul className="card">
        {effects.map((effect) => (
          <Effect key={`${effect.effect} ${effect.example.reason}`} {...effect} />
        ))}
      </ul>
    </section>
  );
}

function Effect({ effect, labels, example, addresses }: UntilEdge): ReactElement {
  const strings = useStrings(statusStrings);
  const language = useLanguage();
  const seen = addresses.length > 0 ? ` ${strings.willSee(addresses)}` : '';
  return (
    <li className="row effect">
      <Icon name={icons[effect]} />
      <div className="grow">
        <p className="effect-head">
          <strong>{allOf(labels, language)}</strong>
          <strong>{strings.effects[effect]}</strong>
        </p>
        <p className="caption">
          {effect === 'waits' ? strings.waitsForEdge : reasonWords(example, language)}
          {seen}
        </p>
      </div>
    </li>
  );
}
