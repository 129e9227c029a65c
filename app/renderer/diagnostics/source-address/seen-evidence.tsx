// What a prediction rests on.
import type { ReactElement } from 'react';
import type { SeenAs } from '../../../../protocol/seen-as.ts';
import type { SeenAsReport } from '../../../../protocol/seen-as-report.ts';
import { unverifiedWords, verificationWords } from '../../../../protocol/words/seen-as.ts';
import { useClockTime, useDayAndTime } from '../../exact-time.ts';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { sourceAddressStrings } from './source-address-strings.ts';

export function SeenEvidence({
  one,
  report,
}: {
  readonly one: SeenAs;
  readonly report: SeenAsReport;
}): ReactElement {
  const { panel, or } = useStrings(sourceAddressStrings);
  const language = useLanguage();
  const timeOf = useClockTime();
  const dayOf = useDayAndTime();
  const { verification } = one;
  const { edge, imported, importedAt } = report.locations;
  const egress = [one.edge.ipv4, one.edge.ipv6].filter((address) => address !== null).join(` ${or} `);
  return (
    <section>
      <h3>{panel.evidence}</h3>
      <dl className="facts">
        <dt>{panel.basis}</dt>
        <dd>{panel.bases[one.basis]}</dd>
        {egress !== '' && (
          <>
            <dt>{panel.edgeEgress}</dt>
            <dd className="address">{egress}</dd>
          </>
        )}
        <dt>{panel.verified}</dt>
        <dd>
          {verification === null || verification.kind === 'not-verified'
            ? verificationWords(verification, language)
            : `${verificationWords(verification, language)}, ${verification.url}, ${timeOf(verification.at)}`}
        </dd>
        <dt>{panel.locations}</dt>
        <dd>{panel.locationList(edge, imported, importedAt === null ? null : dayOf(importedAt))}</dd>
      </dl>
      {verification?.kind === 'not-verified' && (
        <p className="caption">{unverifiedWords(verification, language)}</p>
      )}
    </section>
  );
}
