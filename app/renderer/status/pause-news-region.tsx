// Announces a pause where it begins, one minute before it ends, and where it ends; the running countdown never.
import { type ReactElement, useEffect, useReducer } from 'react';
import type { ConnectionState } from '../../../protocol/status.ts';
import { type PauseNews, pauseNews, type PausePhase, pausePhase } from '../../shared/pause-clock.ts';
import { useStrings } from '../window-context.tsx';
import { statusStrings } from './status-strings.ts';

export function PauseNewsRegion({
  connection,
}: {
  /** Null where nobody can tell: then a pause has neither begun nor ended. */
  readonly connection: ConnectionState | null;
}): ReactElement {
  const strings = useStrings(statusStrings);
  const [{ news }, hear] = useReducer(heardNext, { phase: 'none', news: null });
  useEffect(() => {
    if (connection === null) return;
    const look = (): void => hear(pausePhase(connection, Date.now()));
    look();
    if (connection.kind !== 'paused') return;
    const lastMinute = Date.parse(connection.until) - 60_000;
    const timer = setTimeout(look, Math.max(0, lastMinute - Date.now()));
    return () => clearTimeout(timer);
  }, [connection]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {news !== null && strings.news[news]}
    </p>
  );
}

type Heard = { readonly phase: PausePhase; readonly news: PauseNews | null };

function heardNext(heard: Heard, phase: PausePhase): Heard {
  const news = pauseNews(heard.phase, phase);
  return news === null ? heard : { phase, news };
}
