// Where the saved bundle is.
import type { ReactElement } from 'react';
import { byteText } from '../../../shared/byte-text.ts';
import { Icon } from '../../components/icon.tsx';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { logCollectionStrings } from './log-collection-strings.ts';
import type { SavedBundle } from './use-log-preview.ts';

export function SavedMessage({
  saved: { path, bytes },
  showFolder,
}: {
  readonly saved: SavedBundle;
  /** Null in a browser, which shows its downloads itself. */
  readonly showFolder: (() => void) | null;
}): ReactElement {
  const strings = useStrings(logCollectionStrings);
  const size = byteText(bytes, useLanguage());
  return (
    <section className="message" role="status">
      <Icon name="status-pass" className="status-icon pass" />
      <p className="grow path">
        {showFolder === null ? strings.downloaded(path, size) : strings.saved(path, size)}
      </p>
      {showFolder !== null && (
        <button className="button" type="button" onClick={showFolder}>
          {strings.openFolder}
        </button>
      )}
    </section>
  );
}
