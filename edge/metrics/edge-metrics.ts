// The edge's figures for Prometheus. No device, host or person is a label: how many series there are does not grow with use.
import { Counter, Gauge, Registry } from 'prom-client';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';

/** What is asked when the figures are. */
export type MetricSources = {
  readonly sessions: () => number;
  readonly openFlows: () => number;
  /** Statements of the witness that did not count, by reason. */
  readonly attestationFaults: () => Readonly<Record<string, number>>;
  readonly records: {
    readonly lagMs: () => number;
    readonly counts: () => { readonly kept: number; readonly dropped: number };
  };
  /** How each collector of logs fares. */
  readonly exports: () => readonly {
    readonly name: string;
    readonly delivered: number;
    readonly dropped: number;
    readonly waiting: number;
  }[];
};

export type EdgeMetrics = {
  /** Counts a flow that has ended. */
  readonly countFlow: (record: FlowLogRecord) => void;
  readonly contentType: string;
  /** In the text format of Prometheus, version 0.0.4. */
  readonly text: (sources: MetricSources) => Promise<string>;
};

/** Reasons are words of this program, some dozens. Were it ever otherwise, the rest is one series. */
const maxReasons = 64;

/** @param build the versions of the program and of Node */
export function createEdgeMetrics(build: { readonly version: string; readonly node: string }): EdgeMetrics {
  const register = new Registry();
  const registers = [register];
  const flows = new Counter({
    name: 'opengsa_edge_flows_total',
    help: 'Flows that have ended, refused ones included',
    labelNames: ['class', 'result', 'reason'] as const,
    registers,
  });
  const bytes = new Counter({
    name: 'opengsa_edge_flow_bytes_total',
    help: 'Bytes of flows that have ended; sent: from devices to destinations',
    labelNames: ['direction'] as const,
    registers,
  });
  const gauges = createGauges(registers);
  new Gauge({
    name: 'opengsa_edge_build_info',
    help: 'Always 1; the labels are the versions',
    labelNames: ['version', 'node'],
    registers,
  }).set({ ...build }, 1);
  const reasonLabel = createReasonLabel();

  return {
    contentType: register.contentType,
    countFlow({ class: restoration, result, reason, bytesSent, bytesReceived }) {
      flows.inc({ class: restoration ?? 'none', result, reason: reasonLabel(reason) });
      bytes.inc({ direction: 'sent' }, bytesSent);
      bytes.inc({ direction: 'received' }, bytesReceived);
    },
    text: async (sources) => {
      gauges(sources);
      return register.metrics();
    },
  };
}

function createReasonLabel(): (reason: string | null) => string {
  const known = new Set<string>();
  return (reason) => {
    if (reason === null) return 'none';
    if (known.size >= maxReasons && !known.has(reason)) return 'other';
    known.add(reason);
    return reason;
  };
}

/** What is read elsewhere, taken over at the moment of the question. */
function createGauges(registers: Registry[]): (sources: MetricSources) => void {
  const gauge = (name: string, help: string) => new Gauge({ name: `opengsa_edge_${name}`, help, registers });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `opengsa_edge_${name}`, help, labelNames: [...labelNames], registers });
  const sessions = gauge('sessions', 'TLS connections of devices');
  const openFlows = gauge('open_flows', 'Flows that are decided about, dialled or carried');
  const lag = gauge('record_lag_seconds', 'How long the oldest record of a flow waits to be kept');
  const faults = counter('attestation_faults_total', 'Statements of the witness that did not count', [
    'reason',
  ]);
  const kept = counter('records_kept_total', 'Records of flows that are kept');
  const dropped = counter('records_dropped_total', 'Records of flows that could not be kept');
  const delivered = counter('export_delivered_total', 'Records that a collector of logs took', ['collector']);
  const lost = counter('export_dropped_total', 'Records that a collector of logs will never get', [
    'collector',
  ]);
  const waiting = new Gauge({
    name: 'opengsa_edge_export_waiting',
    help: 'Records that wait for a collector of logs',
    labelNames: ['collector'],
    registers,
  });
  const takeExports = (exports: ReturnType<MetricSources['exports']>): void => {
    delivered.reset();
    lost.reset();
    for (const { name: collector, ...counts } of exports) {
      delivered.inc({ collector }, counts.delivered);
      lost.inc({ collector }, counts.dropped);
      waiting.set({ collector }, counts.waiting);
    }
  };
  return (sources) => {
    takeExports(sources.exports());
    sessions.set(sources.sessions());
    openFlows.set(sources.openFlows());
    lag.set(sources.records.lagMs() / 1000);
    faults.reset();
    for (const [reason, count] of Object.entries(sources.attestationFaults())) faults.inc({ reason }, count);
    const counts = sources.records.counts();
    kept.reset();
    kept.inc(counts.kept);
    dropped.reset();
    dropped.inc(counts.dropped);
  };
}
