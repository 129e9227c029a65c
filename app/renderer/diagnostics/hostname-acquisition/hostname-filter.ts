// Which names the table shows, as values.
import type { HostnameRecord } from '../../../../protocol/hostname-record.ts';
import { programName } from '../traffic/flow-facts.ts';

export const acquisitions = ['acquired', 'passed-by'] as const;
export type HostnameFilter = {
  /** Every word must occur somewhere in the record. */
  readonly search: string;
  readonly acquisition: (typeof acquisitions)[number] | null;
};

export function matchingNames(
  rows: readonly HostnameRecord[],
  { search, acquisition }: HostnameFilter,
): readonly HostnameRecord[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (acquisition !== null && row.acquired !== (acquisition === 'acquired')) return false;
    return words.length === 0 || words.every((word) => textOf(row).includes(word));
  });
}

function textOf(row: HostnameRecord): string {
  const { ipv4, ipv6 } = row.originals;
  const addresses = [row.syntheticAddress, row.originalAddress, ...(ipv4 ?? []), ...(ipv6 ?? [])];
  return [row.name, ...addresses, programName(row), row.ruleId].join(' ').toLowerCase();
}
