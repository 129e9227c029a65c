// The log lines of a shown bundle, the newest first, searchable.
import { type ReactElement, useState } from 'react';
import type { LogLine } from '../../../../protocol/log-bundle.ts';
import { foundLines } from '../../../shared/bundle-choice.ts';
import { SearchField } from '../../components/search-field.tsx';
import { useClockTime } from '../../exact-time.ts';
import { useStrings } from '../../window-context.tsx';
import { logCollectionStrings } from './log-collection-strings.ts';

/** More than a person reads, and few enough for a page to hold. */
const mostShown = 500;

export function BundleLog({ lines }: { readonly lines: readonly LogLine[] | null }): ReactElement {
  const strings = useStrings(logCollectionStrings).bundle;
  const [search, setSearch] = useState('');
  if (lines === null) return <p className="quiet">{strings.noLog}</p>;
  const found = foundLines(lines, search);
  return (
    <section className="bundle-log">
      <div className="section-head">
        <h2>{strings.log}</h2>
        <span className="caption" role="status">
          {strings.found(found.length, lines.length)}
        </span>
      </div>
      <SearchField label={strings.search} placeholder={strings.search} text={search} change={setSearch} />
      {/* Lines have no name of their own; the list is made anew with each search. */}
      <ol className="card log-lines" tabIndex={0} aria-label={strings.log}>
        {found.slice(0, mostShown).map((line, at) => (
          <BundleLogLine key={`${search} ${at}`} line={line} />
        ))}
      </ol>
      {found.length > mostShown && <p className="caption">{strings.more(found.length - mostShown)}</p>}
    </section>
  );
}

function BundleLogLine({ line: { time, level, message, fields } }: { readonly line: LogLine }): ReactElement {
  const strings = useStrings(logCollectionStrings).bundle;
  const timeOf = useClockTime();
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
  return (
    <li>
      <time className="caption" dateTime={time}>
        {timeOf(time)}
      </time>
      <span className={`caption level ${level}`}>{strings.levels[level]}</span>
      <span className="text">
        {message} <span className="quiet">{rest.join(' ')}</span>
      </span>
    </li>
  );
}
