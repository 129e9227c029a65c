// A setting that is one of several.
import type { ReactElement } from 'react';

export function ChoiceRow<T extends string>({
  id,
  label,
  options,
  chosen,
  choose,
}: {
  readonly id: string;
  readonly label: string;
  /** What is stored, and what is read. */
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly chosen: T;
  readonly choose: (value: T) => void;
}): ReactElement {
  return (
    <div className="row">
      <label className="grow" htmlFor={id}>
        {label}
      </label>
      <select
        className="input"
        id={id}
        value={chosen}
        onChange={(event) => {
          const option = options.find(([value]) => value === event.target.value);
          if (option !== undefined) choose(option[0]);
        }}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
