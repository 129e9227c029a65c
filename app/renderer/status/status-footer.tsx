// Whose window it is, and the ways out of it; where the connection is lost, first what can be done.
import { type ReactElement, useState } from 'react';
import type { WindowState } from '../../../protocol/window.ts';
import type { WindowWords } from '../../shared/window-words.ts';
import { Icon } from '../components/icon.tsx';
import { useStrings, useTransport } from '../window-context.tsx';
import { detailsText } from './details-model.ts';
import { DeviceLabel } from './device-label.tsx';
import { remedyAction } from './remedy-action-model.ts';
import { RemedyButton } from './remedy-button.tsx';
import { statusStrings } from './status-strings.ts';

export function StatusFooter({
  words,
  state,
}: {
  readonly words: WindowWords;
  readonly state: WindowState;
}): ReactElement {
  const strings = useStrings(statusStrings);
  const transport = useTransport();
  const [copied, setCopied] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const isLost = words.shield === 'error';
  const action = isLost ? remedyAction(state) : null;
  const copy = async (): Promise<void> => {
    const text = detailsText(words, state, transport.shell.version, new Date().toISOString());
    const answer = await transport.call('text.copy', { text });
    setCopied(answer.ok);
    setFault(answer.ok ? null : answer.fault.message);
  };
  const copyLabel = copied ? strings.copied : strings.copyDetails;
  return (
    <footer className="footer">
      <span className="visually-hidden" role="status">
        {copied ? strings.copied : ''}
      </span>
      {action !== null && <RemedyButton action={action} look="primary" />}
      {fault !== null ? (
        <p className="fault grow" role="alert">
          {fault}
        </p>
      ) : isLost ? (
        <span className="grow" />
      ) : (
        <DeviceLabel status={state.link.kind === 'live' ? state.status : null} />
      )}
      <IconButton icon={copied ? 'ui-check' : 'ui-copy'} label={copyLabel} act={() => void copy()} />
      <IconButton
        icon="ui-settings"
        label={strings.settings}
        act={() => void transport.call('window.open', { view: 'settings' })}
      />
      <button
        className="button subtle"
        type="button"
        onClick={() =>
          void transport.call('window.open', { view: 'diagnostics', tab: isLost ? 'health-check' : null })
        }
      >
        {isLost ? strings.healthCheck : strings.diagnostics}
      </button>
    </footer>
  );
}

function IconButton({
  icon,
  label,
  act,
}: {
  readonly icon: string;
  readonly label: string;
  readonly act: () => void;
}): ReactElement {
  return (
    <button className="button subtle icon-only" type="button" aria-label={label} title={label} onClick={act}>
      <Icon name={icon} />
    </button>
  );
}
