// The three ways out with the address that each shows, how many destinations take it, and how that is known.
import type { ReactElement } from 'react';
import type { SeenAsReport } from '../../../../protocol/seen-as-report.ts';
import {
  type EgressSource,
  egressSource,
  ownAddresses,
  pathAddresses,
  pathCounts,
  type SeenPath,
} from '../../../shared/seen-rows.ts';
import { useClockTime } from '../../exact-time.ts';
import { useStrings } from '../../window-context.tsx';
import { PathGlyph } from './path-glyph.tsx';
import { sourceAddressStrings } from './source-address-strings.ts';

export function PathCards({ report }: { readonly report: SeenAsReport }): ReactElement {
  const strings = useStrings(sourceAddressStrings);
  const sourceText = useSourceText();
  const counts = pathCounts(report.destinations);
  const edge = report.connection.kind === 'connected' ? report.connection.edge : strings.theEdge;
  const told = [report.edgeEgress.ipv4, report.edgeEgress.ipv6].flatMap((address) => address ?? []);
  const ofEdge = counts.edge === 0 ? told : pathAddresses(report, 'edge');
  const noIpv6 = told.length > 0 && report.edgeEgress.ipv6 === null ? `. ${strings.noIpv6}` : '';
  return (
    <section>
      <h2 className="visually-hidden">{strings.paths}</h2>
      <ul className="paths">
        <PathCard
          path="direct"
          addresses={ownAddresses(report.egress)}
          whose={strings.ownAddress(counts.direct)}
          known={sourceText(egressSource(report.egress))}
        />
        <PathCard
          path="restored"
          addresses={pathAddresses(report, 'restored')}
          whose={strings.ownAddress(counts.restored)}
          known={counts.restored === 0 ? '' : strings.statedBy(edge)}
        />
        <PathCard
          path="edge"
          addresses={ofEdge}
          whose={strings.edgeAddress(counts.edge)}
          known={ofEdge.length === 0 ? '' : `${strings.reportedBy(edge)}${noIpv6}`}
        />
      </ul>
    </section>
  );
}

function PathCard({
  path,
  addresses,
  whose,
  known,
}: {
  readonly path: SeenPath;
  readonly addresses: readonly string[];
  readonly whose: string;
  readonly known: string;
}): ReactElement {
  const strings = useStrings(sourceAddressStrings);
  return (
    <li className="card path-card">
      <p className="path-title">
        <PathGlyph path={path} />
        <strong>{strings.pathTitles[path]}</strong>
      </p>
      <p className="seen">
        {addresses.length === 0 && <span>–</span>}
        {addresses.map((address, at) => (
          <span className="one" key={address}>
            {at > 0 && `${strings.or} `}
            <span className="address">{address}</span>
          </span>
        ))}
      </p>
      <p className="caption">{whose}</p>
      <p className="caption">{known}</p>
    </li>
  );
}

function useSourceText(): (source: EgressSource) => string {
  const strings = useStrings(sourceAddressStrings);
  const timeOf = useClockTime();
  return (source) => {
    switch (source.kind) {
      case 'signed':
        return strings.signed(timeOf(source.at));
      case 'told':
        return strings.found(source.operators.join(', '), timeOf(source.at));
      case 'not-known':
        return strings.checkedBut[source.state];
    }
  };
}
