// Both addresses of both ends, which of them somebody sees, and when they were checked.
import type { ReactElement } from 'react';
import type { Status } from '../../../protocol/status.ts';
import { wholeDurationText } from '../../shared/quantity-words.ts';
import { useSecond } from '../every-second.ts';
import { useCall } from '../use-call.ts';
import { useLanguage, useStrings } from '../window-context.tsx';
import { AddressColumn } from './address-column.tsx';
import { checkedAt, edgeSide, isChecking, ownSide } from './addresses-model.ts';
import { statusStrings } from './status-strings.ts';

export function AddressCard({ status }: { readonly status: Status }): ReactElement {
  const strings = useStrings(statusStrings);
  const refresh = useCall('egress.refresh');
  const checking = refresh.pending || isChecking(status);
  return (
    <section>
      <div className="section-head">
        <h2>{strings.addresses}</h2>
        <span className="caption">{checking ? strings.checking : <CheckedAgo at={checkedAt(status)} />}</span>
        <button
          className="link-button"
          type="button"
          aria-disabled={checking}
          onClick={() => {
            if (!checking) void refresh.run({});
          }}
        >
          {strings.checkNow}
        </button>
      </div>
      {refresh.fault !== null && (
        <p className="fault" role="alert">
          {refresh.fault}
        </p>
      )}
      <dl className="card addresses">
        <AddressColumn title={strings.yourNetwork} kind="own" side={ownSide(status)} />
        <AddressColumn title={strings.theEdge} kind="edge" side={edgeSide(status)} />
      </dl>
    </section>
  );
}

function CheckedAgo({ at }: { readonly at: string | null }): ReactElement {
  const strings = useStrings(statusStrings);
  const language = useLanguage();
  const now = useSecond();
  return (
    <>
      {at === null
        ? strings.neverChecked
        : strings.checkedAgo(wholeDurationText(now - Date.parse(at), language))}
    </>
  );
}
