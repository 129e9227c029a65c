// The nodes between this device and a destination; the solid one is whose address is seen.
import type { ReactElement } from 'react';
import type { SeenAs } from '../../../../protocol/seen-as.ts';
import type { SeenAsReport } from '../../../../protocol/seen-as-report.ts';
import { knownAddresses, ownAddresses, pathOf } from '../../../shared/seen-rows.ts';
import { useStrings, useWindowState } from '../../window-context.tsx';
import { sourceAddressStrings } from './source-address-strings.ts';

export function SeenRoute({
  one,
  report,
}: {
  readonly one: SeenAs;
  readonly report: SeenAsReport;
}): ReactElement | null {
  const strings = useStrings(sourceAddressStrings);
  const { status } = useWindowState();
  const path = pathOf(one);
  if (path === 'blocked' || path === 'unknown') return null;
  const { panel } = strings;
  const own = joined(path === 'edge' ? ownAddresses(report.egress) : knownAddresses(one), strings.or);
  const edge = joined([one.edge.ipv4, one.edge.ipv6], strings.or);
  const edgeName = report.connection.kind === 'connected' ? report.connection.edge : strings.theEdge;
  const note = path === 'restored' ? panel.passedOn : panel.seen;
  return (
    <ol className="route" aria-label={panel.route}>
      <li>
        <span className={path === 'edge' ? 'node' : 'node seen'} />
        <div>
          <p>{status?.device?.name ?? panel.thisDevice}</p>
          <p className="caption address">
            {own === '' ? strings.notKnown : own}
            {path !== 'edge' && `, ${note}`}
          </p>
        </div>
      </li>
      {path !== 'direct' && (
        <li>
          <span className={path === 'edge' ? 'node edge seen' : 'node edge'} />
          <div>
            <p>{edgeName}</p>
            <p className="caption address">
              {edge === '' ? strings.notKnown : edge}
              {path === 'edge' && `, ${note}`}
            </p>
          </div>
        </li>
      )}
      <li>
        <span className="node" />
        <div>
          <p>{one.destination}</p>
          {one.label !== one.destination && <p className="caption">{one.label}</p>}
        </div>
      </li>
    </ol>
  );
}

function joined(addresses: readonly (string | null)[], or: string): string {
  return addresses.filter((address) => address !== null).join(` ${or} `);
}
