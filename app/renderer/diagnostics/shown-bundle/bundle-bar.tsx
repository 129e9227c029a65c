// The bar above a bundle: whose it is, from when, and that nothing is live.
import type { ReactElement } from 'react';
import type { LogBundle } from '../../../../protocol/log-bundle.ts';
import { Icon } from '../../components/icon.tsx';
import { useDayAndTime } from '../../exact-time.ts';
import { useStrings } from '../../window-context.tsx';
import { shownBundleStrings } from './shown-bundle-strings.ts';

export function BundleBar({
  bundle,
  close,
}: {
  readonly bundle: LogBundle;
  readonly close: () => void;
}): ReactElement {
  const strings = useStrings(shownBundleStrings);
  const timeOf = useDayAndTime();
  const device = bundle.status?.device?.name ?? bundle.machine?.hostname ?? null;
  return (
    <div className="bundle-bar" role="status">
      <Icon name="ui-open" />
      <p className="grow">{strings.bar(device, timeOf(bundle.createdAt), bundle.redacted)}</p>
      <button className="button small" type="button" onClick={close}>
        {strings.close}
      </button>
    </div>
  );
}
