// Everything to look at although the connection stands, each in its own words.
import type { ReactElement } from 'react';
import type { Attention, Status } from '../../../../protocol/status.ts';
import { Icon } from '../../components/icon.tsx';
import { useMoment } from '../../time-of-day.ts';
import { useStrings } from '../../window-context.tsx';
import { type OverviewStrings, overviewStrings } from './overview-strings.ts';

export function AttentionList({ status }: { readonly status: Status }): ReactElement | null {
  const strings = useStrings(overviewStrings);
  const moment = useMoment();
  if (status.attention.length === 0) return null;
  const organisation = status.organisation ?? strings.organisation;
  return (
    <section>
      <div className="section-head">
        <h2>{strings.attentionTitle(status.attention.length)}</h2>
      </div>
      <ul className="card">
        {status.attention.map((attention) => {
          const text = attentionText(attention, strings, organisation, moment);
          return (
            <li key={`${attention.kind} ${text}`} className="row">
              <Icon name="status-warn" className="status-icon warn" />
              <p className="grow">{text}</p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function attentionText(
  attention: Attention,
  { attention: texts }: OverviewStrings,
  organisation: string,
  moment: (iso: string) => string,
): string {
  switch (attention.kind) {
    case 'capture-impaired':
    case 'program-rules-idle':
      // Whole sentences of the agent.
      return `${attention.cause} ${attention.remedy}`;
    case 'signaling-disabled':
      return texts[attention.kind](attention, organisation, moment);
    case 'microsoft-undecided':
      return texts[attention.kind](attention, organisation, moment);
    case 'address-ambiguous':
      return texts[attention.kind](attention, organisation, moment);
    case 'address-mismatch':
      return texts[attention.kind](attention, organisation, moment);
    case 'channels-unreachable':
      return texts[attention.kind](attention, organisation, moment);
    case 'foreign-edge':
      return texts[attention.kind](attention, organisation, moment);
    case 'profile-refused':
      return texts[attention.kind](attention, organisation, moment);
  }
}
