// The columns of the traffic table.
import type { Language } from '../../../../protocol/language.ts';
import { localeOf } from '../../../../protocol/words/forms.ts';
import type { FlowRecord } from '../../../../protocol/flow-record.ts';
import { byteText } from '../../../shared/byte-text.ts';
import { Icon } from '../../components/icon.tsx';
import type { TableColumn } from '../../components/table-column.ts';
import { isNotSent, programName, seenAddresses } from './flow-facts.ts';
import type { ShownFlow } from './flow-store.ts';
import type { FlowColumn, TrafficStrings } from './traffic-strings.ts';

type Column = TableColumn<ShownFlow> & { readonly id: FlowColumn };

const actionIcons = { tunnel: 'ui-tunnel', direct: 'ui-bypass', block: 'ui-block' } as const;

export function flowColumns(strings: TrafficStrings, language: Language): readonly Column[] {
  const time = new Intl.DateTimeFormat(localeOf[language], {
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 1, hourCycle: 'h23' },
  });
  const seenText = (row: ShownFlow): string =>
    isNotSent(row.flow) ? strings.notSent : seenAddresses(row).join(' / ');
  const column = (id: FlowColumn, rest: Omit<Column, 'id' | 'title'>): Column => ({
    ...{ id, title: strings.columns[id] },
    ...rest,
  });
  const text = (id: FlowColumn, value: (row: ShownFlow) => string): Column =>
    column(id, { value, cell: value, sortBy: value });
  const bytes = (id: FlowColumn, value: (row: ShownFlow) => number): Column =>
    column(id, { number: true, value, sortBy: value, cell: (row) => byteText(value(row), language) });
  return [
    column('begin', {
      value: ({ flow }) => flow.startedAt,
      sortBy: ({ flow }) => flow.startedAt,
      cell: ({ flow }) => time.format(new Date(flow.startedAt)),
    }),
    { ...text('destination', ({ flow }) => flow.destination), names: true },
    text('process', ({ flow }) => programName(flow)),
    {
      ...text('action', ({ flow }) => strings.actions[flow.action]),
      cell: ({ flow }) => (
        <span className="cell">
          <Icon name={actionIcons[flow.action]} className="icon icon-small" />
          <span>{strings.actions[flow.action]}</span>
        </span>
      ),
    },
    text('class', ({ seen }) => seen?.class ?? ''),
    {
      ...text('seen', seenText),
      cell: (row) => (
        <span className={isNotSent(row.flow) ? 'quiet' : 'address'}>
          {isNotSent(row.flow) ? strings.notSent : seenAddresses(row)[0]}
          {!isNotSent(row.flow) && seenAddresses(row).length > 1 && ' …'}
        </span>
      ),
    },
    bytes('sent', ({ flow }) => flow.bytesSent),
    bytes('received', ({ flow }) => flow.bytesReceived),
    {
      ...text('state', ({ flow }) => stateText(flow, strings)),
      cell: ({ flow }) => <State flow={flow} strings={strings} />,
    },
  ];
}

export function stateText({ action, state }: FlowRecord, strings: TrafficStrings): string {
  return action === 'block' ? strings.blocked : strings.states[state];
}

function State({ flow, strings }: { readonly flow: FlowRecord; readonly strings: TrafficStrings }) {
  const text = stateText(flow, strings);
  const tone = { refused: 'fail', reset: 'warn' }[flow.state as string];
  if (tone === undefined || flow.action === 'block') return text;
  return (
    <span className="cell">
      <Icon name={`status-${tone}`} className={`status-icon ${tone}`} />
      <span>{text}</span>
    </span>
  );
}
