// The columns of the table of acquired names.
import type { HostnameRecord } from '../../../../protocol/hostname-record.ts';
import type { Language } from '../../../../protocol/language.ts';
import { localeOf } from '../../../../protocol/words/forms.ts';
import type { TableColumn } from '../../components/table-column.ts';
import { Icon } from '../../components/icon.tsx';
import { programName } from '../traffic/flow-facts.ts';
import type { HostnameColumn, HostnameStrings } from './hostname-strings.ts';

type Column = TableColumn<HostnameRecord> & { readonly id: HostnameColumn };

export function hostnameColumns(strings: HostnameStrings, language: Language): readonly Column[] {
  const clock = new Intl.DateTimeFormat(localeOf[language], { timeStyle: 'medium' });
  const text = (id: HostnameColumn, value: (row: HostnameRecord) => string): Column => ({
    ...{ id, title: strings.columns[id], value, cell: value, sortBy: value },
  });
  const address = (id: HostnameColumn, value: (row: HostnameRecord) => string): Column => ({
    ...text(id, value),
    cell: (row) => <span className="address">{value(row)}</span>,
  });
  const time = (id: HostnameColumn, value: (row: HostnameRecord) => string): Column => ({
    ...text(id, value),
    cell: (row) => clock.format(new Date(value(row))),
  });
  const acquiredText = ({ acquired }: HostnameRecord): string =>
    acquired ? strings.acquired : strings.notAcquired;
  return [
    { ...text('name', ({ name }) => name), names: true },
    {
      ...text('acquired', acquiredText),
      cell: (row) => (
        <span className="cell">
          <Icon name={row.acquired ? 'ui-tunnel' : 'ui-bypass'} className="icon icon-small" />
          <span>{acquiredText(row)}</span>
        </span>
      ),
    },
    address('synthetic', ({ syntheticAddress }) => syntheticAddress ?? ''),
    address('original', ({ originalAddress }) => originalAddress ?? ''),
    text('process', programName),
    text('rule', ({ ruleId }) => ruleId ?? ''),
    time('first', ({ firstAskedAt }) => firstAskedAt),
    time('last', ({ lastAskedAt }) => lastAskedAt),
    {
      ...{ id: 'questions', title: strings.columns.questions, number: true },
      value: ({ questions }) => questions,
      sortBy: ({ questions }) => questions,
      cell: ({ questions }) => String(questions),
    },
  ];
}
