// Why something could not be shown or done, in a bar above the view.
import type { ReactElement } from 'react';
import { Icon } from './icon.tsx';

export function FaultMessage({ text }: { readonly text: string }): ReactElement {
  return (
    <section className="message warn" role="alert">
      <Icon name="status-warn" className="status-icon warn" />
      <p className="grow">{text}</p>
    </section>
  );
}
