// The panel at the side of a view: details of what is chosen. Escape closes it from anywhere.
import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';
import { isEscapeTaken } from '../escape.ts';
import { useStrings } from '../window-context.tsx';
import { Icon } from './icon.tsx';
import './panel.css';
import { tableStrings } from './table-strings.ts';

export function Panel({
  title,
  close,
  focus = false,
  children,
}: {
  readonly title: string;
  readonly close: () => void;
  /** Takes the focus when it appears: it was opened with the keyboard or a click. */
  readonly focus?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const strings = useStrings(tableStrings);
  const heading = useId();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focus) button.current?.focus();
  }, [focus]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || isEscapeTaken(event)) return;
      // The window's own answer to Escape is to close.
      event.preventDefault();
      close();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [close]);
  return (
    <aside className="panel" aria-labelledby={heading}>
      <div className="panel-head">
        <h2 id={heading}>{title}</h2>
        <button
          className="button subtle icon-only"
          type="button"
          ref={button}
          aria-label={strings.closeDetails}
          title={strings.closeDetails}
          onClick={close}
        >
          <Icon name="ui-close" />
        </button>
      </div>
      {children}
    </aside>
  );
}
