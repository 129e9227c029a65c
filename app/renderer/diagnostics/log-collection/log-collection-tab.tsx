// The tab advanced log collection: what a bundle would hold and saving it; of a bundle that is shown, its log.
import type { ReactElement } from 'react';
import { Icon } from '../../components/icon.tsx';
import { useStrings } from '../../window-context.tsx';
import { useDiagnostics } from '../diagnostics-context.ts';
import { BundleFacts } from './bundle-facts.tsx';
import { BundleLog } from './bundle-log.tsx';
import './log-collection.css';
import { logCollectionStrings } from './log-collection-strings.ts';
import { NewBundle } from './new-bundle.tsx';

export function LogCollectionTab(): ReactElement {
  const strings = useStrings(logCollectionStrings);
  const { bundle, chooseBundle } = useDiagnostics();
  return (
    <div className="view-main log-collection">
      <div className="view-head">
        <div className="grow">
          <h1>{strings.title}</h1>
          <p className="quiet">{bundle === null ? strings.sentence : strings.bundle.sentence}</p>
        </div>
        <button className="button" type="button" onClick={chooseBundle}>
          <Icon name="ui-open" />
          {strings.openBundle}
        </button>
      </div>
      {bundle === null ? (
        <NewBundle />
      ) : (
        <>
          <BundleFacts bundle={bundle} />
          <BundleLog lines={bundle.log ?? null} />
        </>
      )}
    </div>
  );
}
