// A list of tabs with one tab stop: arrows move, Home and End jump (ARIA authoring practices, tabs with automatic activation);
// Ctrl or Cmd with a digit goes to one from anywhere.
import { type KeyboardEvent, type ReactElement, useEffect, useRef } from 'react';

export function TabList<T extends string>({
  label,
  tabs,
  titles,
  chosen,
  choose,
}: {
  readonly label: string;
  readonly tabs: readonly T[];
  readonly titles: Readonly<Record<T, string>>;
  readonly chosen: T;
  readonly choose: (tab: T) => void;
}): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  // A narrow window has room for some of the tabs only.
  useEffect(() => {
    list.current?.querySelector(`#tab-${chosen}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [chosen]);
  const goTo = (event: Pick<globalThis.KeyboardEvent, 'preventDefault'>, at: number | null): void => {
    const tab = at === null ? undefined : tabs[at];
    if (tab === undefined) return;
    event.preventDefault();
    choose(tab);
    list.current?.querySelector<HTMLButtonElement>(`#tab-${tab}`)?.focus();
  };
  useEffect(() => {
    const onDigit = (event: globalThis.KeyboardEvent): void => goTo(event, tabOfKey(event));
    document.addEventListener('keydown', onDigit);
    return () => document.removeEventListener('keydown', onDigit);
  });
  const onKeyDown = (event: KeyboardEvent): void =>
    goTo(event, targetOf(event.key, tabs.indexOf(chosen), tabs.length));
  return (
    <div className="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab}
          className="tab"
          type="button"
          role="tab"
          id={`tab-${tab}`}
          aria-selected={tab === chosen}
          aria-controls={tab === chosen ? `panel-${tab}` : undefined}
          tabIndex={tab === chosen ? 0 : -1}
          data-label={titles[tab]}
          onClick={() => choose(tab)}
        >
          {titles[tab]}
        </button>
      ))}
    </div>
  );
}

/** The place of the tab that Ctrl or Cmd and a digit goes to, wherever the digits lie on the keyboard. */
function tabOfKey(event: globalThis.KeyboardEvent): number | null {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return null;
  const digit = /^Digit(?<digit>[1-9])$/.exec(event.code)?.groups?.digit;
  return digit === undefined ? null : Number(digit) - 1;
}

function targetOf(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
