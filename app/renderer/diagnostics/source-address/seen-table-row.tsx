// One destination: its service and class, what it will see, and where that lies.
import type { ReactElement } from 'react';
import { verificationWords } from '../../../../protocol/words/seen-as.ts';
import { knownAddresses, pathOf, type SeenRow } from '../../../shared/seen-rows.ts';
import { Icon } from '../../components/icon.tsx';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { LocationCell } from './location-cell.tsx';
import { PathGlyph } from './path-glyph.tsx';
import { sourceAddressStrings } from './source-address-strings.ts';

export function SeenTableRow({
  row,
  chosen,
  isStop,
  choose,
}: {
  readonly row: SeenRow;
  readonly chosen: boolean;
  /** Whether the tab key stops here. */
  readonly isStop: boolean;
  readonly choose: () => void;
}): ReactElement {
  const strings = useStrings(sourceAddressStrings);
  const language = useLanguage();
  const { one, more, differs } = row;
  const name = more.length === 0 ? one.destination : `${one.destination} ${strings.more(more.length)}`;
  const service = one.label === one.destination ? '' : one.label;
  const purpose = one.authentication === null ? '' : strings.purposes[one.authentication];
  const verified = verificationWords(one.verification, language);
  const what = service === '' ? purpose : service;
  return (
    <tr aria-selected={chosen} tabIndex={isStop ? 0 : -1} data-row="" onClick={choose}>
      <th scope="row" title={name}>
        {name}
      </th>
      <td title={what}>{what}</td>
      <td>{one.class ?? ''}</td>
      <td>
        <span className="cell sees">
          <PathGlyph path={pathOf(one)} />
          <SeenAddresses row={row} />
          {one.whose !== null && <span className="visually-hidden">{strings.owners[one.whose]}</span>}
          {differs && (
            <span className="differs">
              <Icon name="status-warn" className="status-icon warn" />
              {strings.differs}
            </span>
          )}
        </span>
      </td>
      <td>
        <LocationCell one={one} />
      </td>
      <td title={verified}>
        {one.verification === null ? (
          <>
            <span className="quiet" aria-hidden="true">
              –
            </span>
            <span className="visually-hidden">{verified}</span>
          </>
        ) : (
          verified
        )}
      </td>
    </tr>
  );
}

function SeenAddresses({ row: { one } }: { readonly row: SeenRow }): ReactElement {
  const strings = useStrings(sourceAddressStrings);
  const [first, second] = knownAddresses(one);
  if (one.path === 'blocked') return <span>{strings.blocked}</span>;
  if (first === undefined) return <span className="quiet">{strings.notKnown}</span>;
  const text = second === undefined ? first : `${first} ${strings.or} ${second}`;
  return (
    <span title={text}>
      <span className="address">{first}</span>
      {second !== undefined && <span className="quiet"> {strings.orIpv6}</span>}
    </span>
  );
}
