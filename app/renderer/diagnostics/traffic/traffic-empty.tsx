// Why the traffic table has no rows, and what can be done.
import type { ReactElement } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { useStrings, useWindowState } from '../../window-context.tsx';
import { useDiagnostics } from '../diagnostics-context.ts';
import { shownBundleStrings } from '../shown-bundle/shown-bundle-strings.ts';
import { trafficStrings } from './traffic-strings.ts';

export function TrafficEmpty({
  isFiltered,
  showAll,
}: {
  /** There are flows, and none matches. */
  readonly isFiltered: boolean;
  readonly showAll: () => void;
}): ReactElement | null {
  const strings = useStrings(trafficStrings);
  const { refusals } = useStrings(shownBundleStrings);
  const { bundle } = useDiagnostics();
  const { link } = useWindowState();
  if (isFiltered) {
    return <EmptyState sentence={strings.noMatch} action={{ title: strings.showAll, run: showAll }} />;
  }
  if (bundle !== null && bundle.flows === undefined) {
    return <EmptyState sentence={refusals.partMissing} action={null} />;
  }
  if (link.kind === 'starting') return null;
  return <EmptyState sentence={link.kind === 'live' ? strings.noFlows : strings.notLive} action={null} />;
}
