// The channels to the edge, with everything that is measured of them.
import type { ReactElement } from 'react';
import type { Status } from '../../../../protocol/status.ts';
import { byteText } from '../../../shared/byte-text.ts';
import { countText, latencyText } from '../../../shared/quantity-words.ts';
import { Icon } from '../../components/icon.tsx';
import { channelIcons } from '../../status/channel-icons.ts';
import { statusStrings } from '../../status/status-strings.ts';
import { useMoment } from '../../time-of-day.ts';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { overviewStrings } from './overview-strings.ts';

type Channel = Status['channels'][number];

export function ChannelTable({ channels }: { readonly channels: readonly Channel[] }): ReactElement {
  const { channels: titles, noChannels } = useStrings(overviewStrings);
  const { channel, state, edge, protocol, sessions, since, latency, out } = titles;
  return (
    <section>
      <div className="section-head">
        <h2 id="channels-title">{titles.title}</h2>
      </div>
      {channels.length === 0 ? (
        <p className="card row quiet">{noChannels}</p>
      ) : (
        <div className="card table-wrap channels" tabIndex={0} role="group" aria-labelledby="channels-title">
          <table aria-labelledby="channels-title">
            <thead>
              <tr>
                {[channel, state, edge, protocol, sessions, since, latency, out, titles.in].map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {channels.map((each) => (
                <ChannelLine key={each.name} channel={each} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function ChannelLine({ channel }: { readonly channel: Channel }): ReactElement {
  const { channelStates } = useStrings(statusStrings);
  const language = useLanguage();
  const moment = useMoment();
  const { name, edge, state, protocol, sessions, since, latencyMs, bytesSent, bytesReceived, cause } =
    channel;
  const word = channelStates[state];
  return (
    <tr>
      <th scope="row" title={name}>
        {name}
      </th>
      <td title={cause ?? word}>
        <span className="with-glyph">
          <Icon name={`status-${channelIcons[state]}`} className={`status-icon ${channelIcons[state]}`} />
          {word}
        </span>
      </td>
      <td title={edge}>{edge}</td>
      <td>{protocol === null ? '–' : protocol.replace('h2', 'HTTP/2').replace('http', 'HTTP')}</td>
      <td>{countText(sessions, language)}</td>
      <td>{since === null ? '–' : moment(since)}</td>
      <td>{latencyMs === null ? '–' : latencyText(latencyMs, language)}</td>
      <td>{byteText(bytesSent, language)}</td>
      <td>{byteText(bytesReceived, language)}</td>
    </tr>
  );
}
