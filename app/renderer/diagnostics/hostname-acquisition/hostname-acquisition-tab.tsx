// The tab hostname acquisition.
import type { ReactElement } from 'react';

export function HostnameAcquisitionTab(): ReactElement {
  return <main className="view-main" />;
}
