// One rule with everything that it names.
import type { ReactElement } from 'react';
import { Panel } from '../../components/panel.tsx';
import { useStrings } from '../../window-context.tsx';
import { useNotLive } from '../shown-bundle/use-not-live.ts';
import { forwardingStrings } from './forwarding-strings.ts';
import type { RuleRow } from './profile-rows.ts';
import { summary } from './rule-columns.tsx';

export function RuleDetails({
  row,
  close,
  test,
}: {
  readonly row: RuleRow;
  readonly close: () => void;
  readonly test: (destination: string) => void;
}): ReactElement {
  const strings = useStrings(forwardingStrings);
  const notLive = useNotLive();
  const { rule, group, destinations } = row;
  const testable = rule.ruleType === 'fqdn' ? destinations.find((text) => !text.includes('*')) : undefined;
  return (
    <Panel title={summary(row, strings)} close={close} focus>
      <dl className="facts">
        <dt>{strings.columns.rule}</dt>
        <dd>{rule.id}</dd>
        <dt>{strings.details.policy}</dt>
        <dd>{group.policy.name}</dd>
        <dt>{strings.columns.action}</dt>
        <dd>{strings.actions[rule.action]}</dd>
        {rule.action === 'forward' && (
          <>
            <dt>{strings.hardening}</dt>
            <dd>{strings.hardenings[rule.clientFallbackAction]}</dd>
          </>
        )}
        <dt>{strings.columns.port}</dt>
        <dd>{`${rule.ports.join(', ')} ${rule.protocol.toUpperCase()}`}</dd>
        {rule.endpointSetId !== undefined && (
          <>
            <dt>{strings.details.set}</dt>
            <dd>{`${rule.endpointSetId}, ${strings.categories[rule.category]}`}</dd>
          </>
        )}
      </dl>
      <div>
        <h3>{strings.details.destinations}</h3>
        <ul className="destinations">
          {destinations.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </div>
      {testable !== undefined && (
        <div className="toolbar">
          <button
            className="button"
            type="button"
            disabled={notLive !== null}
            title={notLive ?? undefined}
            onClick={() => test(testable)}
          >
            {strings.details.test}
          </button>
        </div>
      )}
    </Panel>
  );
}
