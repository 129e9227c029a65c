// The details of one destination: who sees whom on the way, why, what could be chosen instead, and what it rests on.
import type { ReactElement } from 'react';
import type { SeenAsReport } from '../../../../protocol/seen-as-report.ts';
import { reasonWords } from '../../../../protocol/words/seen-as.ts';
import { knownAddresses, type SeenRow } from '../../../shared/seen-rows.ts';
import { Panel } from '../../components/panel.tsx';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { SeenChoices } from './seen-choices.tsx';
import { SeenEvidence } from './seen-evidence.tsx';
import { SeenRoute } from './seen-route.tsx';
import { sourceAddressStrings } from './source-address-strings.ts';

export function SeenPanel({
  row: { one, more },
  report,
  close,
}: {
  readonly row: SeenRow;
  readonly report: SeenAsReport;
  readonly close: () => void;
}): ReactElement {
  const strings = useStrings(sourceAddressStrings);
  const language = useLanguage();
  return (
    <Panel title={one.destination} close={close}>
      <Sentence row={{ one }} />
      <SeenRoute one={one} report={report} />
      <section>
        <h3>{strings.panel.why}</h3>
        <p className="quiet">{reasonWords(one, language)}</p>
      </section>
      {one.group !== null && <SeenChoices one={one} report={report} />}
      <SeenEvidence one={one} report={report} />
      {more.length > 0 && (
        <section>
          <h3>{strings.panel.alsoFor}</h3>
          <p className="quiet also">{more.join(', ')}</p>
        </section>
      )}
    </Panel>
  );
}

function Sentence({ row: { one } }: { readonly row: Pick<SeenRow, 'one'> }): ReactElement {
  const strings = useStrings(sourceAddressStrings);
  const addresses = knownAddresses(one);
  if (one.path === 'blocked') return <p>{strings.panel.blocked(one.label)}</p>;
  if (addresses.length === 0) return <p>{strings.panel.notKnown(one.label)}</p>;
  const [before, after] = strings.panel.willSee(one.label, one.whose);
  return (
    <p>
      {before}
      <strong className="address">{addresses.join(` ${strings.or} `)}</strong>
      {after}
    </p>
  );
}
