// A button with a small menu under it. The browser opens, closes and places it, and gives the focus back.
import { type ReactElement, type ReactNode, useId } from 'react';
import './menu.css';

export function Menu({
  button,
  label,
  className,
  children,
}: {
  readonly button: ReactNode;
  /** The button's name, where `button` is a drawing alone; the menu's in any case. */
  readonly label: string;
  readonly className: string;
  /** Gets how to close the menu. */
  readonly children: (close: () => void) => ReactNode;
}): ReactElement {
  const id = useId();
  const close = (): void => document.getElementById(id)?.hidePopover();
  return (
    <>
      <button className={className} type="button" popoverTarget={id} aria-label={label} title={label}>
        {button}
      </button>
      <div className="menu popup" id={id} popover="auto" role="group" aria-label={label}>
        {children(close)}
      </div>
    </>
  );
}
