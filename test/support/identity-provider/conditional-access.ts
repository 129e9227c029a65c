// Conditional access with one policy: sign-ins only from the organisation's trusted named location.
import { type Address, parseAddress, parsePrefix, prefixContains } from '../../../protocol/address.ts';

export type NamedLocation = { readonly name: string; readonly ranges: readonly string[] };

export type LocationVerdict = {
  readonly policyId: string;
  readonly policy: string;
  readonly trusted: boolean;
  readonly location: string;
  /** For the log and the person: names the address and the location. */
  readonly reason: string;
};

const policyId = '8a0a1b6c-5f1e-4f0a-9a57-2d3c1a6b9e10';

/** Whether the policy lets a sign-in from `address` pass. An address that cannot be read is outside. */
export function judgeLocation(location: NamedLocation, address: string): LocationVerdict {
  const parsed = parseAddress(address);
  const trusted = parsed !== null && location.ranges.some((range) => inRange(range, parsed));
  return {
    policyId,
    policy: `Only from ${location.name}`,
    trusted,
    location: location.name,
    reason: `${address} is ${trusted ? 'in' : 'outside'} the named location "${location.name}" (${location.ranges.join(', ')})`,
  };
}

function inRange(range: string, address: Address): boolean {
  const prefix = parsePrefix(range);
  return prefix !== null && prefixContains(prefix, address);
}
