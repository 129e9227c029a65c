// Whether a bundle is redacted; without, what would then be readable in it.
import type { ReactElement } from 'react';
import { Icon } from '../../components/icon.tsx';
import { useStrings } from '../../window-context.tsx';
import { logCollectionStrings } from './log-collection-strings.ts';

export function RedactChoice({
  redact,
  change,
  inside,
}: {
  readonly redact: boolean;
  readonly change: (redact: boolean) => void;
  /** What the chosen parts hold of people; empty: nothing. */
  readonly inside: string;
}): ReactElement {
  const strings = useStrings(logCollectionStrings);
  return (
    <>
      <label className="card row">
        <span className="grow">
          {strings.redact}
          <span className="caption block">{strings.redactNote}</span>
        </span>
        <input
          className="switch"
          type="checkbox"
          role="switch"
          checked={redact}
          onChange={({ target }) => change(target.checked)}
        />
      </label>
      <div role="status">
        {!redact && (
          <section className="message warn">
            <Icon name="status-warn" className="status-icon warn" />
            <p className="grow">
              <strong>{strings.unredactedTitle}</strong> {inside !== '' && strings.unredacted(inside)}
            </p>
          </section>
        )}
      </div>
    </>
  );
}
