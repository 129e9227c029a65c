// Everything that is known of one name.
import type { ReactElement } from 'react';
import type { HostnameRecord } from '../../../../protocol/hostname-record.ts';
import { Panel } from '../../components/panel.tsx';
import { programName } from '../traffic/flow-facts.ts';
import { useStrings } from '../../window-context.tsx';
import { hostnameStrings } from './hostname-strings.ts';

export function HostnameDetails({
  row,
  close,
}: {
  readonly row: HostnameRecord;
  readonly close: () => void;
}): ReactElement {
  const strings = useStrings(hostnameStrings);
  const { columns } = strings;
  const { process } = row;
  const list = (addresses: readonly string[] | null): string => {
    if (addresses === null) return strings.unknown;
    return addresses.length === 0 ? strings.none : addresses.join(', ');
  };
  const program = process === null ? '' : (process.executable ?? programName(row));
  return (
    <Panel title={row.name} close={close} focus>
      <dl className="facts">
        <dt>{columns.acquired}</dt>
        <dd>{row.acquired ? strings.acquired : strings.notAcquired}</dd>
        <dt>{columns.synthetic}</dt>
        <dd>{row.syntheticAddress ?? strings.none}</dd>
        <dt>{columns.rule}</dt>
        <dd>{row.ruleId ?? strings.none}</dd>
        {program !== '' && (
          <>
            <dt>{columns.process}</dt>
            <dd>{program}</dd>
          </>
        )}
        <dt>{columns.questions}</dt>
        <dd>{row.questions}</dd>
      </dl>
      <div>
        <h3>{strings.all}</h3>
        <dl className="facts">
          <dt>{strings.ipv4}</dt>
          <dd>{list(row.originals.ipv4)}</dd>
          <dt>{strings.ipv6}</dt>
          <dd>{list(row.originals.ipv6)}</dd>
        </dl>
      </div>
    </Panel>
  );
}
