// A DNS responder between a test and its nameservers: some names are acquired, everything that happens is noted.
import { parseAddress, parsePrefix } from '../../protocol/address.ts';
import type { OpenGsaError } from '../../protocol/error.ts';
import { systemClock } from '../../agent/clock.ts';
import { createHostnameTable, type HostnameTable } from '../../agent/core/hostname-table.ts';
import type { CapturedNameserver, Nameserver } from '../../agent/core/resolver-config.ts';
import { createSyntheticAddresses } from '../../agent/core/synthetic-addresses.ts';
import type { EndpointLimits } from '../../agent/dns/endpoint.ts';
import { type DnsResponder, startDnsResponder } from '../../agent/dns/responder.ts';
import { systemRandom } from '../../agent/random.ts';

export const syntheticRange = parsePrefix('6.6.0.0/16')!;

export type DnsRig = {
  readonly responder: DnsResponder;
  readonly table: HostnameTable;
  readonly faults: readonly OpenGsaError[];
};

export function nameserver(address: string, port: number): Nameserver {
  return { address: parseAddress(address)!, scope: null, port };
}

/** Questions to it are captured, and it tells the originals. */
export function captured(server: Nameserver, originalsFrom = [server]): CapturedNameserver {
  return { nameserver: server, originalsFrom };
}

/** Names that end in `.acquired.test` are acquired. */
export async function startDnsRig(
  nameservers: readonly CapturedNameserver[],
  limits: Partial<EndpointLimits> = {},
): Promise<DnsRig> {
  const table = createHostnameTable();
  const pool = createSyntheticAddresses(syntheticRange);
  const faults: OpenGsaError[] = [];
  const responder = await startDnsResponder({
    nameservers,
    port: 0,
    acquire: (name) => {
      const address = name.endsWith('.acquired.test') ? pool.addressOf(name, Date.now()) : null;
      return address === null ? null : { address, ruleId: 'rule-1' };
    },
    asked: (name, acquisition) => table.asked(name, acquisition, new Date()),
    learnt: table.learnt,
    syntheticRange,
    onFault: (_, error) => faults.push(error),
    clock: systemClock,
    random: systemRandom,
    limits,
  });
  return { responder, table, faults };
}
