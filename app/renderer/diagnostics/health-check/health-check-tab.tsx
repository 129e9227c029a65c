// The tab health check.
import type { ReactElement } from 'react';

export function HealthCheckTab(): ReactElement {
  return <div className="view-main" />;
}
