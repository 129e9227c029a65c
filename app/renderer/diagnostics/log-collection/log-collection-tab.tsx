// The tab log collection.
import type { ReactElement } from 'react';

export function LogCollectionTab(): ReactElement {
  return <div className="view-main" />;
}
