// Asks about any host; what is wrong with it stands under the field.
import { type ReactElement, useId, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { useStrings } from '../../window-context.tsx';
import { sourceAddressStrings } from './source-address-strings.ts';

export function AskField({
  ask,
}: {
  /** @returns what is wrong with the host, or null */
  readonly ask: (host: string) => Promise<string | null>;
}): ReactElement {
  const strings = useStrings(sourceAddressStrings);
  const id = useId();
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const submit = async (): Promise<void> => {
    const host = text.trim();
    const wrong = host === '' ? strings.askEmpty : await ask(host);
    setFault(wrong);
    if (wrong === null) setText('');
  };
  return (
    <form
      className="ask"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label htmlFor={id}>{strings.askLabel}</label>
      <input
        id={id}
        className="input"
        maxLength={300}
        placeholder={strings.askHint}
        value={text}
        aria-invalid={fault !== null}
        aria-describedby={fault === null ? undefined : `${id}-fault`}
        onChange={({ target }) => {
          setText(target.value);
          setFault(null);
        }}
      />
      <button className="button" type="submit">
        {strings.ask}
      </button>
      {fault !== null && (
        <p className="ask-fault" id={`${id}-fault`} role="alert">
          <Icon name="status-fail" className="status-icon fail" />
          {fault}
        </p>
      )}
    </form>
  );
}
