// Under the traffic table: whether it moves, and how much of it is shown.
import type { ReactElement } from 'react';
import { localeOf } from '../../../../protocol/words/forms.ts';
import { useLanguage, useStrings, useWindowState } from '../../window-context.tsx';
import { useDiagnostics } from '../diagnostics-context.ts';
import { trafficStrings } from './traffic-strings.ts';

export function TrafficFoot({
  frozen,
  held,
  outcome,
  matching,
  all,
}: {
  readonly frozen: boolean;
  readonly held: boolean;
  /** What came of saving or copying. */
  readonly outcome: string | null;
  readonly matching: number;
  readonly all: number;
}): ReactElement {
  const strings = useStrings(trafficStrings);
  const { bundle } = useDiagnostics();
  const { link } = useWindowState();
  const still = frozen ? strings.frozen : held ? strings.held : strings.live;
  const moves = link.kind === 'live' ? still : strings.notLive;
  const number = new Intl.NumberFormat(localeOf[useLanguage()]);
  return (
    <p className="caption foot">
      <span>{bundle === null ? moves : strings.ofBundle}</span>
      <span className="grow" role="status">
        {outcome}
      </span>
      <span>{strings.matching(number.format(matching), number.format(all))}</span>
    </p>
  );
}
