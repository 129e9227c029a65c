// One end's addresses. Its mark is a circle for the own network and a square for the edge, solid where it is the one seen.
import type { ReactElement } from 'react';
import { useStrings } from '../window-context.tsx';
import type { AddressLine, AddressSide } from './addresses-model.ts';
import { type StatusStrings, statusStrings } from './status-strings.ts';

export function AddressColumn({
  title,
  kind,
  side,
}: {
  readonly title: string;
  readonly kind: 'own' | 'edge';
  /** Null: not in use. */
  readonly side: AddressSide | null;
}): ReactElement {
  const strings = useStrings(statusStrings);
  const mark = ['node', kind === 'edge' ? 'edge' : '', side?.isSeen === true ? '' : 'idle'].join(' ');
  const isSilent = side?.lines.every(({ state }) => state === 'unknown') === true && kind === 'edge';
  return (
    <div>
      <dt className="caption">
        <span className={mark} aria-hidden="true" />
        {title}
        {side?.isSeen === true && <span className="visually-hidden">, {strings.isSeen}</span>}
      </dt>
      {side === null || isSilent ? (
        <dd className="none">{side === null ? strings.notInUse : strings.notTold}</dd>
      ) : (
        side.lines.map((line, place) => <Line key={line.family} line={line} isFirst={place === 0} />)
      )}
    </div>
  );
}

function Line({ line, isFirst }: { readonly line: AddressLine; readonly isFirst: boolean }): ReactElement {
  const strings = useStrings(statusStrings);
  const remark = remarkOf(line, strings);
  if (line.addresses.length === 0) {
    return <dd className={isFirst ? 'none' : ''}>{remark ?? strings.unknown[line.family]}</dd>;
  }
  return (
    <dd className={isFirst ? 'lead' : ''}>
      {line.addresses.map((address) => (
        <span key={address} className="address block">
          {address}
        </span>
      ))}
      {remark !== null && <span className="caption block">{remark}</span>}
    </dd>
  );
}

function remarkOf({ state, family, addresses }: AddressLine, strings: StatusStrings): string | null {
  switch (state) {
    case 'confirmed':
      return null;
    case 'probable':
      return strings.probable;
    case 'checking':
      return addresses.length > 0 ? strings.checking : strings.checkingFamily[family];
    case 'not-proven':
      return strings.notProven;
    case 'stale':
      return strings.stale[family];
    case 'none':
      return strings.none[family];
    case 'unknown':
      return strings.unknown[family];
  }
}
