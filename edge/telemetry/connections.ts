// Counts what each open connection carries, and has it written down: when it begins, after its first flow, once a minute
// while it carries, and when it has ended.
import type { Endpoint } from '../core/edge-policy.ts';
import type { ConnectionRecord } from './connection-record.ts';
import type { FlowLogRecord } from './flow-log.ts';

/** How old the counts of an open connection may be. */
const refreshMs = 60_000;
/** Flows that end with their connection leave their records after it. */
const lastFlowsMs = 1000;

export type OpenedConnection = Pick<ConnectionRecord, 'id' | 'device' | 'protocol'> & {
  readonly peer: Endpoint;
};

export type Connections = {
  readonly opened: (connection: OpenedConnection) => void;
  readonly closed: (id: string) => void;
  readonly flowEnded: (record: FlowLogRecord) => void;
  /** Writes down what is known of all. */
  readonly finish: () => void;
};

type Tracked = { record: ConnectionRecord; isWritten: boolean };

export function createConnections(
  write: (record: ConnectionRecord) => void,
  now: () => Date = () => new Date(),
): Connections {
  const open = new Map<string, Tracked>();
  const writeDown = (tracked: Tracked): void => {
    tracked.record = { ...tracked.record, updatedAt: now().toISOString() };
    tracked.isWritten = true;
    write(tracked.record);
  };
  const forget = (tracked: Tracked): void => {
    if (!open.delete(tracked.record.id)) return;
    writeDown(tracked);
  };
  const refreshing = setInterval(() => {
    for (const tracked of open.values()) if (!tracked.isWritten) writeDown(tracked);
  }, refreshMs);
  refreshing.unref();

  return {
    opened(connection) {
      const tracked = { record: newRecord(connection, now().toISOString()), isWritten: true };
      open.set(connection.id, tracked);
      write(tracked.record);
    },
    closed(id) {
      const tracked = open.get(id);
      if (tracked === undefined) return;
      tracked.record = { ...tracked.record, isOpen: false, endedAt: now().toISOString() };
      setTimeout(() => forget(tracked), lastFlowsMs).unref();
    },
    flowEnded(flow) {
      const tracked = flow.connectionId === null ? undefined : open.get(flow.connectionId);
      if (tracked === undefined) return;
      const isFirst = tracked.record.flows === 0;
      tracked.record = withFlow(tracked.record, flow);
      tracked.isWritten = false;
      if (isFirst) writeDown(tracked);
    },
    finish() {
      clearInterval(refreshing);
      for (const tracked of [...open.values()]) forget(tracked);
    },
  };
}

function newRecord({ id, device, protocol, peer }: OpenedConnection, at: string): ConnectionRecord {
  return {
    ...{ id, device, protocol, startedAt: at, updatedAt: at, endedAt: null, isOpen: true },
    peerAddress: peer.address.text,
    peerPort: peer.port,
    ...{ attestedIpv4: null, attestedIpv6: null, statedAddress: null, assurance: null },
    ...{ flows: 0, refusedFlows: 0, bytesSent: 0, bytesReceived: 0 },
  };
}

function withFlow(record: ConnectionRecord, flow: FlowLogRecord): ConnectionRecord {
  return {
    ...record,
    device: flow.device.name === null ? record.device : flow.device,
    attestedIpv4: flow.attestedIpv4 ?? record.attestedIpv4,
    attestedIpv6: flow.attestedIpv6 ?? record.attestedIpv6,
    statedAddress: flow.statedAddress ?? record.statedAddress,
    assurance: flow.assurance ?? record.assurance,
    flows: record.flows + 1,
    refusedFlows: record.refusedFlows + (flow.result === 'refused' ? 1 : 0),
    bytesSent: record.bytesSent + flow.bytesSent,
    bytesReceived: record.bytesReceived + flow.bytesReceived,
  };
}
