// A filter: at rest it offers its values; once set it shows the chosen one, and a press removes it.
import { type ReactElement, useId } from 'react';
import { useStrings } from '../window-context.tsx';
import { Icon } from './icon.tsx';
import { Menu } from './menu.tsx';
import { tableStrings } from './table-strings.ts';

export function FilterMenu<T extends string>({
  title,
  values,
  nameOf,
  chosen,
  choose,
}: {
  readonly title: string;
  readonly values: readonly T[];
  readonly nameOf: (value: T) => string;
  readonly chosen: T | null;
  readonly choose: (value: T | null) => void;
}): ReactElement {
  const strings = useStrings(tableStrings);
  const group = useId();
  if (chosen !== null) {
    const label = strings.removeFilter(nameOf(chosen));
    return (
      <button className="filter set" type="button" aria-label={label} onClick={() => choose(null)}>
        {nameOf(chosen)} <Icon name="ui-close" className="icon icon-small" />
      </button>
    );
  }
  return (
    <Menu
      className="filter"
      label={title}
      button={
        <>
          {title} <Icon name="ui-chevron-down" className="icon icon-small" />
        </>
      }
    >
      {(close) => (
        <>
          {[null, ...values].map((value) => (
            <label key={value ?? ''}>
              <input
                type="radio"
                name={group}
                checked={value === null}
                onChange={() => {
                  close();
                  choose(value);
                }}
              />
              {value === null ? strings.any : nameOf(value)}
            </label>
          ))}
        </>
      )}
    </Menu>
  );
}
