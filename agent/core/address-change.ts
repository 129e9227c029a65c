// A change of this device's public address, and which flows may still state the one before.
import { type Address, parseAddress } from '../../protocol/address.ts';
import { sameSite } from './consensus.ts';

export type AddressChange = {
  readonly from: Address;
  readonly to: Address;
  /** A flow that was opened later, in wall-clock ms, cannot have been given `from` to state. */
  readonly lastStatedAt: number;
};

export type StatingFlow = {
  /** What the edge saw as its peer; null before it has answered. */
  readonly egressObserved: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
};

/**
 * Whether a flow of a class that restores may state the address before the change. The edge's own observation wins
 * within its family; the other family is attested, and so is as old as the flow.
 */
export function statesAddressBefore(flow: StatingFlow, { to, lastStatedAt }: AddressChange): boolean {
  const observed = flow.egressObserved === null ? null : parseAddress(flow.egressObserved);
  if (observed?.family === to.family) return !sameSite(observed, to);
  return Date.parse(flow.startedAt) <= lastStatedAt;
}
