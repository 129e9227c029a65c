// The tab source address.
import type { ReactElement } from 'react';

export function SourceAddressTab(): ReactElement {
  return <div className="view-main" />;
}
