// What passed and what was skipped, in quiet lines by group.
import { Fragment, type ReactElement } from 'react';
import type { HealthCheck } from '../../../../protocol/health-report.ts';
import type { HealthList } from '../../../shared/health-list.ts';
import { Icon } from '../../components/icon.tsx';
import { useStrings } from '../../window-context.tsx';
import { healthStrings } from './health-check-strings.ts';

export function FineChecks({ list }: { readonly list: HealthList }): ReactElement {
  const strings = useStrings(healthStrings);
  return (
    <section>
      <div className="section-head">
        <h2>{strings.fine(list.counts.ok, list.counts['not-applicable'])}</h2>
      </div>
      <div className="card fine">
        {list.fine.map(({ group, checks }) => (
          <Fragment key={group}>
            <h3 className="caption">{strings.groups[group]}</h3>
            <ul>
              {checks.map((check) => (
                <FineCheck key={check.id} check={check} />
              ))}
            </ul>
          </Fragment>
        ))}
      </div>
    </section>
  );
}

function FineCheck({ check: { state, title, measured } }: { readonly check: HealthCheck }): ReactElement {
  const strings = useStrings(healthStrings);
  return (
    <li title={`${title}: ${measured}`}>
      {state === 'ok' ? (
        <Icon name="ui-check" className="tick" />
      ) : (
        <Icon name="status-skipped" className="status-icon skipped" />
      )}
      <span className="visually-hidden">{strings.states[state]}:</span>
      <span className="name">{title}</span>
      <span className="caption">{measured}</span>
    </li>
  );
}
