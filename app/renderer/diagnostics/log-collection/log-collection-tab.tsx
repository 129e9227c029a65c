// The tab log collection.
import type { ReactElement } from 'react';

export function LogCollectionTab(): ReactElement {
  return <main className="view-main" />;
}
