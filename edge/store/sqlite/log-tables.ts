// Where the entries of each log are, and which of their properties have a column or an index.
import { parse } from '../../../protocol/parse.ts';
import { connectionEntryOf } from '../../reports/connection-entry.ts';
import { trafficEntryOf } from '../../reports/traffic-entry.ts';
import { connectionRecord } from '../../telemetry/connection-record.ts';
import { flowLogRecord } from '../../telemetry/flow-log.ts';
import type { Columns } from '../../core/odata/sql.ts';
import type { LogName } from '../record-store.ts';
import type { LogIndex, LogTable } from './log-search.ts';
import { idsPerMs, msOfId } from './record-keys.ts';

/** As `nameOf` has it. */
const hostName = `(CASE WHEN flows.host GLOB '[[]*' OR flows.host NOT GLOB '*[^0-9.]*' THEN NULL ELSE flows.host END)`;
const thumbprintsOfName = 'SELECT thumbprint AS value FROM device_names WHERE name = ?';
const thumbprintOfConnection = 'SELECT thumbprint AS value FROM connections WHERE connection = ?';

/** What follows the host in what was asked for, as `portOf` has it. */
const portText = `substr(flows.record ->> '$.authority', length(flows.host) + 2)`;
const port = `CASE WHEN length(${portText}) BETWEEN 1 AND 5 THEN CAST(${portText} AS INTEGER) END`;

const about = (rows: number) => () => rows;
const inParts = 'parts CROSS JOIN flows ON flows.part = parts.part WHERE';
const orderedBy = 'parts.part';
const address: LogIndex = {
  from: 'parts CROSS JOIN addresses ON addresses.part = parts.part WHERE address = ?',
  orderedBy,
  cost: about(200),
};
const flowsOf: LogIndex = {
  from: `${inParts} flows.thumbprint = ? COLLATE NOCASE`,
  orderedBy,
  cost: about(100),
};
const flowsOfConnection: LogIndex = { ...flowsOf, through: thumbprintOfConnection };
const reason: LogIndex = { from: 'flows WHERE reason = ?', cost: about(5000) };

/** Texts of the record that are of ASCII, which is all that SQLite has in lower case. */
function inRecord(paths: Readonly<Record<string, string>>): Columns {
  return Object.fromEntries(
    Object.entries(paths).map(([field, path]) => [field, `lower(flows.record ->> '$.${path}')`]),
  );
}

const traffic: LogTable = {
  name: 'flows',
  key: 'transactionId',
  columns: {
    action: 'flows.action',
    createdDateTime: { ms: `(flows.id / ${idsPerMs})` },
    deviceId: 'lower(flows.thumbprint)',
    description: 'flows.reason',
    destinationFQDN: hostName,
    destinationPort: `(${port})`,
    operationStatus: `iif(flows.action = 'block', 'failure', 'success')`,
    reason: 'flows.reason',
    restorationClass: 'flows.class',
    traceId: 'flows.trace',
    userPrincipalName: 'flows.person',
    ...inRecord({
      ...{ startDateTime: 'startedAt', endDateTime: 'endedAt', connectionId: 'connectionId' },
      ...{ sessionId: 'connectionId', deviceName: 'device.name', tunnelProtocol: 'protocol' },
      ...{ sourceIp: 'peerAddress', observedIp: 'peerAddress', attestedIpv4: 'attestedIpv4' },
      ...{ attestedIpv6: 'attestedIpv6', statedIp: 'statedAddress', edgeIp: 'edgeAddress' },
      ...{ destinationIp: 'dialledAddress', assurance: 'assurance', signalingStatus: 'signaling' },
      ...{ proxyError: 'proxyError', userId: 'person.subject' },
    }),
    sourcePort: `(flows.record ->> '$.peerPort')`,
    dialledPort: `(flows.record ->> '$.dialledPort')`,
    sentBytes: `(flows.record ->> '$.bytesSent')`,
    receivedBytes: `(flows.record ->> '$.bytesReceived')`,
  },
  indexes: {
    transactionId: { from: 'flows WHERE id = CAST(? AS INTEGER)', cost: about(1) },
    traceId: { from: `${inParts} flows.trace = ?`, orderedBy, cost: about(10) },
    userPrincipalName: { from: `${inParts} flows.person = ?`, orderedBy, cost: about(100) },
    deviceId: flowsOf,
    deviceName: { ...flowsOf, through: thumbprintsOfName },
    connectionId: flowsOfConnection,
    sessionId: flowsOfConnection,
    ...{ sourceIp: address, observedIp: address, attestedIpv4: address, attestedIpv6: address },
    ...{ statedIp: address, destinationIp: address },
    destinationFQDN: { from: `${inParts} flows.host = ?`, orderedBy, cost: about(3000) },
    ...{ reason, description: reason },
    action: {
      from: `flows WHERE action = 'block' AND ? = 'block'`,
      cost: (value) => (value === 'block' ? 10_000 : null),
    },
    operationStatus: {
      from: `flows WHERE action = 'block' AND ? = 'failure'`,
      cost: (value) => (value === 'failure' ? 10_000 : null),
    },
    restorationClass: {
      from: `flows WHERE class = ? AND class NOT IN ('opaque', 'anchor')`,
      cost: (value) => (value === 'opaque' || value === 'anchor' ? null : 100_000),
    },
  },
  entryOf: (id, record) => trafficEntryOf(id, msOfId(id), parse(flowLogRecord, JSON.parse(record), 'record')),
};

const connectionsOf: LogIndex = {
  from: 'connections WHERE thumbprint = ? COLLATE NOCASE',
  cost: about(100),
};
const peer: LogIndex = { from: 'connections WHERE peer = ?', cost: about(200) };

const connections: LogTable = {
  name: 'connections',
  key: 'id',
  columns: {
    createdDateTime: { ms: `(connections.id / ${idsPerMs})` },
    deviceId: 'lower(connections.thumbprint)',
    id: 'connections.connection',
    observedIp: 'connections.peer',
    sourceIp: 'connections.peer',
    status: 'connections.status',
  },
  indexes: {
    id: { from: 'connections WHERE connection = ?', cost: about(1) },
    deviceId: connectionsOf,
    deviceName: { ...connectionsOf, through: thumbprintsOfName },
    ...{ sourceIp: peer, observedIp: peer },
    status: {
      from: `connections WHERE status = ? AND status <> 'closed'`,
      cost: (value) => (value === 'closed' ? null : 10_000),
    },
  },
  entryOf: (id, record) =>
    connectionEntryOf(msOfId(id), parse(connectionRecord, JSON.parse(record), 'record')),
};

export const logTables: Readonly<Record<LogName, LogTable>> = { traffic, connections };
