// The status window: who sees which address, and the switches that a person has.
import type { ReactElement } from 'react';
import { windowWords } from '../../shared/window-words.ts';
import { useTimeOfDay } from '../time-of-day.ts';
import { useLanguage, useWindowState } from '../window-context.tsx';
import { useWindowKeys } from '../window-keys.ts';
import { AddressCard } from './address-card.tsx';
import { ChannelList } from './channel-list.tsx';
import { HowToJoin } from './how-to-join.tsx';
import { PauseCard } from './pause-card.tsx';
import { PauseNewsRegion } from './pause-news-region.tsx';
import { ReachSteps } from './reach-steps.tsx';
import { StatusFooter } from './status-footer.tsx';
import { StatusHead } from './status-head.tsx';
import { TrafficCard } from './traffic-card.tsx';
import { UntilEdgeList } from './until-edge-list.tsx';
import { Why } from './why.tsx';
import './status.css';

export function StatusView(): ReactElement {
  useWindowKeys();
  const state = useWindowState();
  const words = windowWords(state, useLanguage(), useTimeOfDay());
  const status = state.link.kind === 'live' ? state.status : null;
  const connection = status?.connection ?? null;
  const isUp = connection?.kind === 'connected' || connection?.kind === 'connecting';
  const isJoined = connection?.kind !== 'not-enrolled';
  return (
    <div className="status-window">
      <main>
        <StatusHead words={words} state={state} />
        {isUp && <Why words={words} state={state} />}
        <ReachSteps state={state} />
        {connection?.kind === 'paused' && <PauseCard {...connection} />}
        {!isJoined && <HowToJoin />}
        {status !== null && <UntilEdgeList status={status} />}
        {!isUp && isJoined && <Why words={words} state={state} />}
        <TrafficCard state={state} />
        {status !== null && isJoined && <AddressCard status={status} />}
        {isUp && status !== null && <ChannelList channels={status.channels} />}
      </main>
      <PauseNewsRegion connection={connection} />
      <StatusFooter words={words} state={state} />
    </div>
  );
}
