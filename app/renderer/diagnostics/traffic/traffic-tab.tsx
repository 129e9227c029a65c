// The tab traffic.
import type { ReactElement } from 'react';

export function TrafficTab(): ReactElement {
  return <main className="view-main" />;
}
