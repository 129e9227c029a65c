// The tab health check: what fails first with its remedy, then one quiet list of what is fine.
import type { ReactElement } from 'react';
import type { HealthCheckId } from '../../../../protocol/health-checks.ts';
import { toCsv } from '../../../shared/csv.ts';
import { healthCsvHeader, healthCsvRows, healthList } from '../../../shared/health-list.ts';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FaultMessage } from '../../components/fault-message.tsx';
import { useSave } from '../../components/use-save.ts';
import { WaitingButton } from '../../components/waiting-button.tsx';
import { useClockTime, useDuration } from '../../exact-time.ts';
import { useKey } from '../../use-key.ts';
import { useStrings } from '../../window-context.tsx';
import { useDiagnostics } from '../diagnostics-context.ts';
import { FineChecks } from './fine-checks.tsx';
import { HealthCard } from './health-card.tsx';
import './health-check.css';
import { healthStrings } from './health-check-strings.ts';
import { useHealth } from './use-health.ts';
import { useNextFocus } from './use-next-focus.ts';

export function HealthCheckTab(): ReactElement {
  const strings = useStrings(healthStrings);
  const { report, tookMs, running, fault, runAll, runOne } = useHealth();
  const { bundle } = useDiagnostics();
  const { outcome, save, copyText } = useSave();
  const timeOf = useClockTime();
  const durationOf = useDuration();
  const keepFocus = useNextFocus(report);
  const runAgain = (id: HealthCheckId): void => {
    keepFocus();
    runOne(id);
  };
  useKey('F5', runAll);
  const list = report === null ? null : healthList(report);
  const took = tookMs === null || bundle !== null ? null : durationOf(tookMs);
  const summary =
    report === null || list === null
      ? ''
      : `${strings.summary(list.counts)} ${strings.runAt(timeOf(report.checkedAt), took)}`;
  return (
    <div className="view-main health">
      <div className="view-head">
        <div className="grow">
          <h1>{strings.title}</h1>
          <p className="quiet" role="status">
            {running === 'all' ? strings.running : summary}
          </p>
        </div>
        {report !== null && (
          <ExportMenu
            name="health"
            csv={() => toCsv(healthCsvHeader, healthCsvRows(report))}
            json={() => report}
            save={save}
            titled
          />
        )}
        {bundle === null && (
          <WaitingButton look="primary" waiting={running === 'all'} press={runAll}>
            {strings.runAll}
          </WaitingButton>
        )}
      </div>
      {fault !== null && <FaultMessage text={fault} />}
      <p className="caption outcome" role="status">
        {outcome}
      </p>
      {list !== null && list.troubled.length > 0 && (
        <section>
          <h2 className="visually-hidden">{strings.first}</h2>
          <ul className="checks">
            {list.troubled.map((check) => (
              <HealthCard
                key={check.id}
                check={check}
                running={running === 'all' || running.has(check.id)}
                runAgain={bundle === null ? runAgain : null}
                copy={copyText}
              />
            ))}
          </ul>
        </section>
      )}
      {list !== null && list.fine.length > 0 && <FineChecks list={list} />}
    </div>
  );
}
