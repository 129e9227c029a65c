// A filter: at rest it offers its values; once set it shows the chosen one, and a press removes it.
import { type ReactElement, useEffect, useRef } from 'react';
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
  const place = useRef<HTMLSpanElement>(null);
  const pressed = useRef(false);
  // The button that was pressed has given way to another, and the focus goes with it.
  useEffect(() => {
    if (pressed.current) place.current?.querySelector('button')?.focus();
    pressed.current = false;
  }, [chosen]);
  const press = (value: T | null): void => {
    pressed.current = true;
    choose(value);
  };
  return (
    <span className="filter-place" ref={place}>
      {chosen !== null ? (
        <button
          className="filter set"
          type="button"
          aria-label={strings.removeFilter(nameOf(chosen))}
          onClick={() => press(null)}
        >
          {nameOf(chosen)} <Icon name="ui-close" className="icon icon-small" />
        </button>
      ) : (
        <Menu
          className="filter"
          label={title}
          button={
            <>
              {title} <Icon name="ui-chevron-down" className="icon icon-small" />
            </>
          }
        >
          {(close) =>
            values.map((value) => (
              <button
                key={value}
                type="button"
                onClick={() => {
                  close();
                  press(value);
                }}
              >
                {nameOf(value)}
              </button>
            ))
          }
        </Menu>
      )}
    </span>
  );
}
