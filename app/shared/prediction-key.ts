// Whether predictions may have changed between two statuses.
import type { Status } from '../../protocol/status.ts';

/** Differs where an answer to "which address will each destination see" may differ; counters and clocks are not in it. */
export function predictionKey(status: Status): string {
  const { connection, signaling, seenAs, locations, edgeEgress, attention, organisation } = status;
  const { ipv4, ipv6 } = status.egress;
  return JSON.stringify([
    ...[connection.kind, signaling, seenAs, locations, edgeEgress, organisation],
    attention.map(({ kind }) => kind),
    [ipv4, ipv6].map(({ state, address, checkedAt }) => [state, address, checkedAt]),
    status.profiles.map(({ name, version, enabled }) => [name, version, enabled]),
    status.capture.transparent?.state,
  ]);
}
