// The tab source address.
import type { ReactElement } from 'react';

export function SourceAddressTab(): ReactElement {
  return <main className="view-main" />;
}
