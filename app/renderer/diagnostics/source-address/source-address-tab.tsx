// The tab source address: which address each destination will see, whose it is, and why.
import { type ReactElement, useState } from 'react';
import { toCsv } from '../../../shared/csv.ts';
import { seenCsvHeader, seenCsvRows, seenSections } from '../../../shared/seen-rows.ts';
import { ExportMenu } from '../../components/export-menu.tsx';
import { focusRow } from '../../components/focus-table.ts';
import { FaultMessage } from '../../components/fault-message.tsx';
import { useSave } from '../../components/use-save.ts';
import { WaitingButton } from '../../components/waiting-button.tsx';
import { useClockTime } from '../../exact-time.ts';
import { checkedAt } from '../../status/addresses-model.ts';
import { useKey } from '../../use-key.ts';
import { useStrings } from '../../window-context.tsx';
import { useDiagnostics } from '../diagnostics-context.ts';
import { useFaultWords } from '../use-fault-words.ts';
import { AskField } from './ask-field.tsx';
import { MismatchAlarm } from './mismatch-alarm.tsx';
import { PathCards } from './path-cards.tsx';
import { SeenPanel } from './seen-panel.tsx';
import { SeenTable } from './seen-table.tsx';
import './source-address.css';
import { sourceAddressStrings } from './source-address-strings.ts';
import { useSeenAs } from './use-seen-as.ts';

export function SourceAddressTab(): ReactElement {
  const strings = useStrings(sourceAddressStrings);
  const timeOf = useClockTime();
  const { bundle } = useDiagnostics();
  const { report, asked, checking, fault, reload, checkNow, ask } = useSeenAs();
  const why = useFaultWords(fault);
  const { outcome, save } = useSave();
  const [chosen, choose] = useState<string | null>(null);
  useKey('F5', reload);
  const sections = report === null ? [] : seenSections(report, asked);
  const row = sections.flatMap(({ rows }) => rows).find(({ key }) => key === chosen);
  const checked = report === null ? null : checkedAt(report);
  return (
    <>
      <div className="view-main source-address">
        <div className="view-head">
          <div className="grow">
            <h1>{strings.title}</h1>
            <p className="quiet">
              {strings.sentence} {checked !== null && strings.checkedAt(timeOf(checked))}
            </p>
          </div>
          {report !== null && (
            <ExportMenu
              name="source-address"
              titled
              csv={() => toCsv(seenCsvHeader, seenCsvRows(report, asked))}
              json={() => ({ ...report, destinations: [...asked, ...report.destinations] })}
              save={save}
            />
          )}
          {bundle === null && (
            <WaitingButton look="primary" waiting={checking} press={checkNow}>
              {checking ? strings.checking : strings.checkNow}
            </WaitingButton>
          )}
        </div>
        {why !== null && <FaultMessage text={why} />}
        <p className="caption outcome" role="status">
          {outcome}
        </p>
        {report !== null && (
          <>
            {report.mismatch !== null && <MismatchAlarm mismatch={report.mismatch} />}
            <PathCards report={report} />
            <AskField ask={ask} />
            {sections.length === 0 ? (
              <p className="card nothing">{strings.empty}</p>
            ) : (
              <SeenTable
                sections={sections}
                organisation={report.organisation}
                chosen={chosen}
                choose={(wanted) => choose(wanted?.key ?? null)}
              />
            )}
          </>
        )}
      </div>
      {row !== undefined && report !== null && (
        <SeenPanel
          row={row}
          report={report}
          close={() => {
            choose(null);
            focusRow();
          }}
        />
      )}
    </>
  );
}
