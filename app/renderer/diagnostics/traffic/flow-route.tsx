// Who speaks to whom. The solid mark is the address that the destination sees; it is drawn only where that is known.
import type { ReactElement, ReactNode } from 'react';
import { useStrings, useWindowState } from '../../window-context.tsx';
import { programName, seenAddresses } from './flow-facts.ts';
import type { ShownFlow } from './flow-store.ts';
import { trafficStrings } from './traffic-strings.ts';

export function FlowRoute({ shown }: { readonly shown: ShownFlow }): ReactElement {
  const { route } = useStrings(trafficStrings);
  const { status } = useWindowState();
  const { flow, seen } = shown;
  const addresses = seenAddresses(shown);
  const whose = addresses.length === 0 ? null : (seen?.whose ?? null);
  const program = programName(flow) || route.program;
  const host = flow.destination.replace(/:\d+$/, '');
  const caption = (text: string): string => `${addresses.join(', ')}, ${text}`;
  const passedOn = flow.action === 'tunnel' ? route.addressPassedOn : route.addressSeen;
  return (
    <ol className="route" aria-label={route.label}>
      <Stop seen={whose === 'own'} caption={whose === 'own' ? caption(passedOn) : null}>
        {route.on(program, status?.device?.name ?? route.thisDevice)}
      </Stop>
      {flow.edge !== null && (
        <Stop
          edge
          seen={whose === 'edge'}
          caption={
            whose === 'edge' ? caption(route.addressSeen) : whose === 'own' ? route.passesOn : route.relays
          }
        >
          {flow.edge}
        </Stop>
      )}
      <Stop seen={false} caption={seen === null || seen.label === host ? null : seen.label}>
        {host}
      </Stop>
    </ol>
  );
}

function Stop({
  edge = false,
  seen,
  caption,
  children,
}: {
  readonly edge?: boolean;
  readonly seen: boolean;
  readonly caption: string | null;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <li>
      <span className={['node', edge ? 'edge' : '', seen ? 'seen' : ''].filter(Boolean).join(' ')} />
      <div>
        <p className="break">{children}</p>
        {caption !== null && <p className="caption address">{caption}</p>}
      </div>
    </li>
  );
}
