// A setting that is on or off.
import type { ReactElement } from 'react';

export function ToggleRow({
  id,
  label,
  hint,
  on,
  turn,
}: {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly on: boolean;
  readonly turn: (on: boolean) => void;
}): ReactElement {
  return (
    <div className="row">
      <label className="grow" htmlFor={id}>
        <span>{label}</span>
        <span className="caption block" id={`${id}-hint`}>
          {hint}
        </span>
      </label>
      <input
        className="switch"
        id={id}
        type="checkbox"
        role="switch"
        checked={on}
        aria-describedby={`${id}-hint`}
        onChange={(event) => turn(event.target.checked)}
      />
    </div>
  );
}
