// The tab overview.
import type { ReactElement } from 'react';

export function OverviewTab(): ReactElement {
  return <main className="view-main" />;
}
