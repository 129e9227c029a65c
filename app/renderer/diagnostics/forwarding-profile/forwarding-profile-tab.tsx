// The tab forwarding profile.
import type { ReactElement } from 'react';

export function ForwardingProfileTab(): ReactElement {
  return <main className="view-main" />;
}
