// The state at a glance, by its outline; the same six drawings as in the tray.
import type { ReactElement } from 'react';
import type { Status } from '../../../protocol/status.ts';
import { Icon } from './icon.tsx';

const drawings: Readonly<Record<Status['shield'], { readonly icon: string; readonly tone: string }>> = {
  on: { icon: 'tray-on', tone: 'on' },
  attention: { icon: 'tray-warn', tone: 'warn' },
  busy: { icon: 'tray-busy', tone: '' },
  off: { icon: 'tray-off', tone: '' },
  'off-by-organisation': { icon: 'tray-off-org', tone: '' },
  error: { icon: 'tray-error', tone: 'error' },
};

export function Shield({
  shield,
  size,
}: {
  readonly shield: Status['shield'];
  /** The drawing that is made for this size. */
  readonly size: 16 | 22 | 32;
}): ReactElement {
  const { icon, tone } = drawings[shield];
  return <Icon name={`${icon}-${size}`} className={`shield ${tone}`} />;
}
