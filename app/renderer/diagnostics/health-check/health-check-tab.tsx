// The tab health check.
import type { ReactElement } from 'react';

export function HealthCheckTab(): ReactElement {
  return <main className="view-main" />;
}
