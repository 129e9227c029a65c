// The tab overview: what an administrator needs at a glance, the things to look at first.
import type { ReactElement } from 'react';
import { windowWords } from '../../../shared/window-words.ts';
import { ReachSteps } from '../../status/reach-steps.tsx';
import { useTimeOfDay } from '../../time-of-day.ts';
import { useLanguage, useStrings, useWindowState } from '../../window-context.tsx';
import { useDiagnostics } from '../diagnostics-context.ts';
import { shownBundleStrings } from '../shown-bundle/shown-bundle-strings.ts';
import { AttentionList } from './attention-list.tsx';
import { CaptureCard } from './capture-card.tsx';
import { ChannelTable } from './channel-table.tsx';
import { ConnectionCard, DeviceCard, ProfilesCard } from './fact-cards.tsx';
import { FlowCounters } from './flow-counters.tsx';
import { LatencySection } from './latency-section.tsx';
import { overviewStrings } from './overview-strings.ts';
import { StateCard } from './state-card.tsx';
import './overview.css';

export function OverviewTab(): ReactElement {
  const strings = useStrings(overviewStrings);
  const state = useWindowState();
  const words = windowWords(state, useLanguage(), useTimeOfDay());
  const { bundle } = useDiagnostics();
  const { refusals } = useStrings(shownBundleStrings);
  const status = state.link.kind === 'live' ? state.status : null;
  return (
    <section className="view-main overview" tabIndex={0} aria-label={strings.title}>
      <div className="view-head">
        <div className="grow">
          <h1>{strings.title}</h1>
          <p className="quiet">{strings.intro}</p>
        </div>
      </div>
      {bundle !== null && status === null ? (
        <p className="card row quiet">{refusals.partMissing}</p>
      ) : (
        <>
          <StateCard words={words} state={state} />
          <ReachSteps state={state} />
        </>
      )}
      {status !== null && (
        <>
          <AttentionList status={status} />
          <div className="fact-cards">
            <ConnectionCard status={status} />
            <div className="fact-stack">
              <DeviceCard status={status} />
              <ProfilesCard status={status} />
            </div>
            <CaptureCard capture={status.capture} />
          </div>
          <FlowCounters flows={status.flows} />
          <ChannelTable channels={status.channels} />
          {bundle === null && <LatencySection />}
        </>
      )}
    </section>
  );
}
