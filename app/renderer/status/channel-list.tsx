// The channels to the edge: whether they stand, what they carried, and how fast they answered.
import type { ReactElement } from 'react';
import type { Status } from '../../../protocol/status.ts';
import { byteText } from '../../shared/byte-text.ts';
import { latencyText } from '../../shared/quantity-words.ts';
import { Icon } from '../components/icon.tsx';
import { channelIcons } from './channel-icons.ts';
import { useLatencies } from '../use-latencies.ts';
import { useLanguage, useStrings } from '../window-context.tsx';
import { sparklinePoints } from './sparkline-model.ts';
import { statusStrings } from './status-strings.ts';

type Channel = Status['channels'][number];

export function ChannelList({ channels }: { readonly channels: readonly Channel[] }): ReactElement | null {
  const strings = useStrings(statusStrings);
  const latencies = useLatencies();
  if (channels.length === 0) return null;
  return (
    <ul className="card" aria-label={strings.channels}>
      {channels.map((channel) => (
        <ChannelRow
          key={channel.name}
          channel={channel}
          latencies={(latencies.get(channel.name) ?? []).map(({ ms }) => ms)}
        />
      ))}
    </ul>
  );
}

function ChannelRow({
  channel,
  latencies,
}: {
  readonly channel: Channel;
  readonly latencies: readonly number[];
}): ReactElement {
  const strings = useStrings(statusStrings);
  const language = useLanguage();
  const { name, edge, state, bytesSent, bytesReceived, latencyMs } = channel;
  const carried = strings.carried(byteText(bytesSent, language), byteText(bytesReceived, language));
  const points = sparklinePoints(latencies, 56, 20, 1);
  return (
    <li className="row channel">
      <Icon name={`status-${channelIcons[state]}`} className={`status-icon ${channelIcons[state]}`} />
      <div className="grow">
        <p>{name}</p>
        <p className="caption">
          {strings.channelStates[state]}, {edge}. {carried}
        </p>
      </div>
      {points !== null && (
        <svg className="sparkline" viewBox="0 0 56 20" aria-hidden="true">
          <polyline points={points} />
        </svg>
      )}
      {latencyMs !== null && <span className="measure">{latencyText(latencyMs, language)}</span>}
    </li>
  );
}
