// That one tenant sees several addresses, announced once; how to fix it opens under it.
import { type ReactElement, useState } from 'react';
import type { SeenAsReport } from '../../../../protocol/seen-as-report.ts';
import { Icon } from '../../components/icon.tsx';
import { useStrings } from '../../window-context.tsx';
import { sourceAddressStrings } from './source-address-strings.ts';

export function MismatchAlarm({
  mismatch,
}: {
  readonly mismatch: NonNullable<SeenAsReport['mismatch']>;
}): ReactElement {
  const strings = useStrings(sourceAddressStrings);
  const [open, setOpen] = useState(false);
  return (
    <section className="message warn mismatch">
      <Icon name="status-warn" className="status-icon warn" />
      <div className="grow">
        <p role="alert">
          <strong>{strings.mismatch}</strong> {mismatch.sentence} {strings.mismatchWhy}
        </p>
        {open && (
          <div className="fix" id="mismatch-fix">
            <p>
              <strong>{strings.cause}</strong> {mismatch.cause}
            </p>
            <p>
              <strong>{strings.whatToDo}</strong> {mismatch.remedy}
            </p>
          </div>
        )}
      </div>
      <button
        className="button"
        type="button"
        aria-expanded={open}
        aria-controls={open ? 'mismatch-fix' : undefined}
        onClick={() => setOpen(!open)}
      >
        {strings.howToFix}
      </button>
    </section>
  );
}
