// One drawing of the page's sprite. It is hidden from assistive technology: the word stands beside it.
import type { ReactElement } from 'react';

export function Icon({
  name,
  className = 'icon',
}: {
  readonly name: string;
  readonly className?: string;
}): ReactElement {
  return (
    <svg className={className} aria-hidden="true">
      <use href={`#${name}`} />
    </svg>
  );
}
