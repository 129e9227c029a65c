// A button that does nothing while something is on its way. It keeps the focus meanwhile, which a disabled one would lose.
import type { ReactElement, ReactNode } from 'react';
import { Icon } from './icon.tsx';

export function WaitingButton({
  look,
  waiting,
  press,
  label,
  children,
}: {
  /** Its classes beside `button`. */
  readonly look: string;
  readonly waiting: boolean;
  readonly press: () => void;
  /** Its name, where its text alone does not tell it from others. */
  readonly label?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <button
      className={`button ${look}`}
      type="button"
      aria-disabled={waiting}
      aria-label={label}
      onClick={() => {
        if (!waiting) press();
      }}
    >
      {waiting && <Icon name="status-busy" className="icon-small" />}
      {children}
    </button>
  );
}
