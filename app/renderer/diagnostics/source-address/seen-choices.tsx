// What the organisation can choose for Microsoft's services, and what each would show, as far as it is known.
import type { ReactElement } from 'react';
import type { SeenAs } from '../../../../protocol/seen-as.ts';
import type { SeenAsReport } from '../../../../protocol/seen-as-report.ts';
import { verdictWords } from '../../../../protocol/words/seen-as.ts';
import { ownAddresses, verdictOf } from '../../../shared/seen-rows.ts';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { sourceAddressStrings } from './source-address-strings.ts';

export function SeenChoices({
  one,
  report,
}: {
  readonly one: SeenAs;
  readonly report: SeenAsReport;
}): ReactElement | null {
  const { panel, or } = useStrings(sourceAddressStrings);
  const language = useLanguage();
  const addressText = (address: string): string => {
    const verdict = verdictOf(report, address);
    return verdict === null ? address : `${address}, ${verdictWords(verdict, language)}`;
  };
  const textOf = (addresses: readonly (string | null)[]): string =>
    addresses
      .filter((address) => address !== null)
      .map(addressText)
      .join(`, ${or} `);
  const choices = [
    {
      name: 'anchor',
      title: panel.anchor,
      addresses: textOf([report.edgeEgress.ipv4, report.edgeEgress.ipv6]),
    },
    { name: 'direct', title: panel.direct, addresses: textOf(ownAddresses(report.egress)) },
  ].filter(({ addresses }) => addresses !== '');
  if (choices.length === 0) return null;
  return (
    <section>
      <h3>{panel.choices(report.organisation)}</h3>
      <ul className="choices">
        {choices.map(({ name, title, addresses }) => {
          const isNow = one.class === name;
          return (
            <li key={name} className={isNow ? 'now' : undefined}>
              <strong>
                {title}
                {isNow && <span className="caption">{panel.now}</span>}
              </strong>
              <span className="caption">{isNow ? panel.sees(addresses) : panel.wouldSee(addresses)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
