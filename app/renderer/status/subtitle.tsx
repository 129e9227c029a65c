// Below the state: since when, through what, and when the next try is.
import type { ReactElement } from 'react';
import type { WindowState } from '../../../protocol/window.ts';
import { wholeDurationText } from '../../shared/quantity-words.ts';
import { useSecond } from '../every-second.ts';
import { useMoment, useMomentAt } from '../time-of-day.ts';
import { useLanguage, useStrings } from '../window-context.tsx';
import { statusStrings } from './status-strings.ts';

export function Subtitle({ state: { link, status } }: { readonly state: WindowState }): ReactElement | null {
  const strings = useStrings(statusStrings);
  const moment = useMoment();
  const momentAt = useMomentAt();
  const caption = (text: string): ReactElement => <p className="caption">{text}</p>;
  if (link.kind === 'starting') return null;
  if (link.kind !== 'live') return caption(strings.since(moment(link.since)));
  if (status === null) return null;
  const { connection } = status;
  switch (connection.kind) {
    case 'connected':
      return caption(strings.throughSince(connection.edge, moment(connection.since)));
    case 'paused':
      return caption(strings.pausedBy(momentAt(connection.since)));
    case 'edge-unreachable':
      return (
        <p className="caption">
          {strings.since(moment(connection.since))}
          {connection.retryAt !== null && <NextTry at={connection.retryAt} />}
        </p>
      );
    case 'not-enrolled':
      return status.cause === null ? null : caption(status.cause.replace(/\.$/, ''));
    case 'disabled':
      // Its cause says when.
      return null;
    default:
      return caption(strings.since(moment(connection.since)));
  }
}

function NextTry({ at }: { readonly at: string }): ReactElement {
  const strings = useStrings(statusStrings);
  const language = useLanguage();
  // Up to a whole second: a wait is never shorter than said.
  const wait = Math.ceil((Date.parse(at) - useSecond()) / 1000) * 1000;
  return <>. {wait <= 0 ? strings.triesNow : strings.nextTry(wholeDurationText(wait, language))}</>;
}
