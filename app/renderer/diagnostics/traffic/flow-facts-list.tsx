// The facts of one flow, as terms and values.
import { Fragment, type ReactElement } from 'react';
import { localeOf } from '../../../../protocol/words/forms.ts';
import { reasonWords } from '../../../../protocol/words/seen-as.ts';
import { durationText } from '../../../shared/duration-text.ts';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { useShownTime } from '../diagnostics-context.ts';
import { durationOf, programName, traceId } from './flow-facts.ts';
import { stateText } from './flow-columns.tsx';
import type { ShownFlow } from './flow-store.ts';
import { trafficStrings } from './traffic-strings.ts';

export function FlowFacts({ shown: { flow, seen } }: { readonly shown: ShownFlow }): ReactElement {
  const strings = useStrings(trafficStrings);
  const language = useLanguage();
  const timeOf = useShownTime();
  const { facts } = strings;
  const number = new Intl.NumberFormat(localeOf[language]);
  const action = strings.actions[flow.action];
  const className = seen?.class ?? null;
  const duration = durationText(durationOf(flow, timeOf()), language);
  const state = stateText(flow, strings);
  const process = [programName(flow), flow.process?.pid ?? ''].filter((part) => part !== '').join(', ');
  const rows: readonly (readonly [string, string | null])[] = [
    [facts.action, className === null ? action : strings.withClass(action, className)],
    [facts.why, reasonOf(flow.reason, language)],
    [facts.rule, flow.ruleId ?? facts.noRule],
    [facts.hardening, flow.hardening && facts.hardenings[flow.hardening]],
    [facts.channel, flow.edge],
    [facts.given, flow.egressObserved],
    [facts.status, flow.endedAt === null ? facts.openFor(duration) : facts.lasted(state, duration)],
    ['', flow.detail],
    [facts.bytes, facts.byteCounts(number.format(flow.bytesSent), number.format(flow.bytesReceived))],
    [facts.process, process === '' ? null : process],
    [facts.person, flow.person],
    [facts.flow, String(flow.id)],
    [facts.trace, traceId(flow)],
  ];
  return (
    <dl className="facts">
      {rows.map(
        ([term, value]) =>
          value !== null && (
            <Fragment key={term}>
              <dt>{term}</dt>
              <dd>{value}</dd>
            </Fragment>
          ),
      )}
    </dl>
  );
}

/** A rule that forwards needs no words beside the action; everything else is said. */
function reasonOf(reason: string, language: Parameters<typeof reasonWords>[1]): string | null {
  return reason === 'rule-forward' ? null : reasonWords({ reason }, language);
}
