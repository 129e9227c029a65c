// One check that somebody must look at: what was measured, why it matters, and what to do.
import type { ReactElement } from 'react';
import type { HealthCheckId } from '../../../../protocol/health-checks.ts';
import type { HealthCheck } from '../../../../protocol/health-report.ts';
import { concernsAddress } from '../../../shared/health-list.ts';
import { remedyCommands } from '../../../shared/remedy-commands.ts';
import { sentenceCase, wholeSentence } from '../../../shared/sentence-case.ts';
import { Icon } from '../../components/icon.tsx';
import { WaitingButton } from '../../components/waiting-button.tsx';
import { useDuration } from '../../exact-time.ts';
import { useStrings } from '../../window-context.tsx';
import { useDiagnostics } from '../diagnostics-context.ts';
import { healthStrings } from './health-check-strings.ts';

const drawings: Readonly<Record<HealthCheck['state'], string>> = {
  failed: 'fail',
  warning: 'warn',
  unknown: 'unknown',
  ok: 'pass',
  'not-applicable': 'skipped',
};

export function HealthCard({
  check,
  running,
  runAgain,
  copy,
}: {
  readonly check: HealthCheck;
  readonly running: boolean;
  /** Null where nothing can be run. */
  readonly runAgain: ((id: HealthCheckId) => void) | null;
  readonly copy: (text: string) => Promise<void>;
}): ReactElement {
  const strings = useStrings(healthStrings);
  const durationOf = useDuration();
  const { show } = useDiagnostics();
  const { id, title, state, durationMs, measured, why, remedy } = check;
  const drawing = drawings[state];
  return (
    <li className="card check">
      <div className="check-head">
        <Icon
          name={`status-${running ? 'busy' : drawing}`}
          className={`status-icon ${running ? 'unknown' : drawing}`}
        />
        <h3>{title}</h3>
        <span className="caption">
          {strings.states[state]}, {durationOf(durationMs)}
        </span>
        <span className="grow" />
        {concernsAddress(id) && (
          <button className="button small" type="button" onClick={() => show('source-address')}>
            {strings.showAddress}
          </button>
        )}
        {runAgain !== null && (
          <WaitingButton
            look="small"
            waiting={running}
            label={strings.runAgainNamed(title)}
            press={() => runAgain(id)}
          >
            {strings.runAgain}
          </WaitingButton>
        )}
      </div>
      <dl className="check-body">
        <div>
          <dt>{strings.measured}</dt>
          <dd>{sentenceCase(measured)}</dd>
        </div>
        <div>
          <dt>{strings.why}</dt>
          <dd>{sentenceCase(why)}</dd>
        </div>
        <div>
          <dt>{strings.remedy}</dt>
          <dd>
            <Remedy remedy={remedy ?? strings.noRemedy} copy={copy} />
          </dd>
        </div>
      </dl>
    </li>
  );
}

/** A remedy that is a command and nothing else is shown once. */
function Remedy({
  remedy,
  copy,
}: {
  readonly remedy: string;
  readonly copy: (text: string) => Promise<void>;
}): ReactElement {
  const strings = useStrings(healthStrings);
  const commands = remedyCommands(remedy);
  if (commands.length === 0) return <>{wholeSentence(remedy)}</>;
  return (
    <>
      {/* A full stop after a command that nothing quotes would be taken for a part of it. */}
      {commands[0] !== remedy &&
        (commands.some((text) => remedy.endsWith(text)) ? sentenceCase(remedy) : wholeSentence(remedy))}
      <ul className="commands">
        {commands.map((text) => (
          <li key={text}>
            <code>{text}</code>
            <button
              className="button subtle small icon-only"
              type="button"
              aria-label={strings.copy(text)}
              title={strings.copy(text)}
              onClick={() => void copy(text)}
            >
              <Icon name="ui-copy" className="icon-small" />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
