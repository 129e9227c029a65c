// The way to a destination as three marks: the solid one is whose address is seen.
import type { ReactElement } from 'react';
import type { SeenPath } from '../../../shared/seen-rows.ts';
import { Icon } from '../../components/icon.tsx';

export function PathGlyph({ path }: { readonly path: SeenPath }): ReactElement {
  if (path === 'unknown') return <Icon name="status-unknown" className="status-icon unknown" />;
  if (path === 'blocked') return <Icon name="ui-block" className="icon-small" />;
  return <Icon name={`path-${path}`} className="path-icon" />;
}
