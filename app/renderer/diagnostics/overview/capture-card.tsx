// How programs' traffic comes to the agent, and what is in the way.
import type { ReactElement } from 'react';
import type { Status } from '../../../../protocol/status.ts';
import { countText } from '../../../shared/quantity-words.ts';
import { Icon } from '../../components/icon.tsx';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { type Fact, FactCard } from './fact-card.tsx';
import { overviewStrings } from './overview-strings.ts';

export function CaptureCard({ capture }: { readonly capture: Status['capture'] }): ReactElement {
  const strings = useStrings(overviewStrings);
  const { facts } = strings;
  return (
    <FactCard
      title={facts.capture}
      facts={[
        [facts.mode, strings.modes[capture.mode]],
        [facts.httpProxy, capture.httpProxy],
        [facts.socks5, capture.socks5],
        [facts.pac, capture.pacUrl],
        ...useTransparentFacts(capture.transparent),
      ]}
    >
      <ul className="obstacles">
        {capture.transparent?.obstacles.map(({ code, sentence, remedy }) => (
          <li key={code}>
            <Icon name="status-warn" className="status-icon warn" />
            <p className="grow">
              {sentence} {remedy}
            </p>
          </li>
        ))}
      </ul>
    </FactCard>
  );
}

function useTransparentFacts(transparent: Status['capture']['transparent']): readonly Fact[] {
  const strings = useStrings(overviewStrings);
  const language = useLanguage();
  if (transparent === null) return [];
  const { facts } = strings;
  const { state, names, subnets, nameservers, notCaptured } = transparent;
  return [
    [facts.transparent, strings.transparentStates[state]],
    [facts.names, countText(names, language)],
    [facts.ranges, strings.rangesText(subnets.ipv4, subnets.ipv6)],
    [facts.nameServers, nameservers.join(', ')],
    [
      facts.notCaptured,
      notCaptured.length === 0
        ? null
        : notCaptured.map(({ destination, reason }) => (
            <span key={destination} className="block">
              {destination}: {reason}
            </span>
          )),
    ],
  ];
}
