// Which columns a table shows. The one that names the row always stays.
import type { ReactElement } from 'react';
import { useStrings } from '../window-context.tsx';
import { Icon } from './icon.tsx';
import { Menu } from './menu.tsx';
import type { TableColumn } from './table-column.ts';
import { tableStrings } from './table-strings.ts';

export function ColumnMenu<R>({
  columns,
  hidden,
  hide,
}: {
  readonly columns: readonly TableColumn<R>[];
  readonly hidden: readonly string[];
  readonly hide: (columns: readonly string[]) => void;
}): ReactElement {
  const strings = useStrings(tableStrings);
  return (
    <Menu
      className="button subtle icon-only"
      label={strings.chooseColumns}
      button={<Icon name="ui-columns" />}
    >
      {() =>
        columns.map(({ id, title, names }) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={!hidden.includes(id)}
              disabled={names === true}
              onChange={({ target }) =>
                hide(target.checked ? hidden.filter((other) => other !== id) : [...hidden, id])
              }
            />
            {title}
          </label>
        ))
      }
    </Menu>
  );
}
