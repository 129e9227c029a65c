// The search of a view; Ctrl or Cmd with F goes there from anywhere.
import { type ReactElement, useEffect, useRef } from 'react';
import { Icon } from './icon.tsx';

export function SearchField({
  label,
  placeholder,
  text,
  change,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly change: (text: string) => void;
}): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'f' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <label className="search">
      <Icon name="ui-search" />
      <span className="visually-hidden">{label}</span>
      <input
        className="input"
        type="search"
        ref={input}
        placeholder={placeholder}
        value={text}
        onChange={({ target }) => change(target.value)}
      />
    </label>
  );
}
