// What becomes of a flow's record when the flow has ended: the flow log, the records that can be asked, and the figures.
import { explain, type OpenGsaError } from '../../protocol/error.ts';
import type { EdgeConfig } from '../config.ts';
import type { Log } from '../log.ts';
import type { StateFiles } from '../paths.ts';
import { openAccessLog } from './access-log.ts';
import { createLogReader, type LogReader } from '../reports/log-reader.ts';
import { type Connections, createConnections } from './connections.ts';
import type { FlowLogRecord } from './flow-log.ts';
import { createRecorder, type Recorder } from './recorder.ts';

export type Telemetry = {
  /** Never throws and never waits. */
  readonly logFlow: (record: FlowLogRecord) => void;
  readonly connections: Pick<Connections, 'opened' | 'closed'>;
  readonly logs: LogReader;
  readonly records: Pick<Recorder, 'lagMs' | 'counts'>;
  /** Opens the flow log again by its name. */
  readonly reopen: () => void;
  readonly close: () => Promise<void>;
};

/**
 * @param countFlow told of each record as well
 * @throws OpenGsaError `bad-permissions` where the flow log cannot be opened or others may read it
 */
export function openTelemetry(
  config: EdgeConfig['log'],
  files: StateFiles,
  log: Log,
  countFlow: (record: FlowLogRecord) => void,
): Telemetry {
  const accessLog = openAccessLog(config.flows ?? files.flowLog, (error) =>
    log.error({ reason: explain(error) }, 'the flow log is not complete'),
  );
  const recorder = createRecorder({
    file: files.records,
    retentionDays: config.retentionDays,
    maxBytes: config.recordsMegabytes * 1024 * 1024,
    onFault: (error: OpenGsaError) =>
      log.error({ reason: explain(error) }, 'the records of flows are not complete'),
  });
  const connections = createConnections(recorder.track);
  const logs = createLogReader(files.records);
  return {
    logFlow: (record) => {
      accessLog.write(record);
      recorder.write(record);
      connections.flowEnded(record);
      countFlow(record);
    },
    connections,
    logs,
    records: recorder,
    reopen: accessLog.reopen,
    close: async () => {
      connections.finish();
      await Promise.all([accessLog.close(), recorder.close(), logs.close()]);
    },
  };
}
