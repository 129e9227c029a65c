// How many flows went which way since the agent was started.
import type { ReactElement } from 'react';
import type { Status } from '../../../../protocol/status.ts';
import { countText } from '../../../shared/quantity-words.ts';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { overviewStrings } from './overview-strings.ts';

const order = ['open', 'tunnelled', 'direct', 'blocked', 'failed', 'total'] as const;

export function FlowCounters({ flows }: { readonly flows: Status['flows'] }): ReactElement {
  const strings = useStrings(overviewStrings);
  const language = useLanguage();
  return (
    <section>
      <div className="section-head">
        <h2>{strings.flowsTitle}</h2>
      </div>
      <dl className="card counters">
        {order.map((name) => (
          <div key={name}>
            <dt className="caption">{strings.flows[name]}</dt>
            <dd>{countText(flows[name], language)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
