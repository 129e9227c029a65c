// The mismatch alarm: sign-in and resources of one tenant leave by different addresses.
import { families } from '../../protocol/address.ts';
import type { MicrosoftGroup, SeenAddress, SeenAs } from '../../protocol/seen-as.ts';
import { knownAddresses } from './prediction.ts';

export type SeenByGroup = { readonly group: MicrosoftGroup; readonly addresses: readonly string[] };

/**
 * Who sees what, where two members of the group are certain to see different addresses; else null. Families are
 * compared apart: a network with both shows either of two addresses to every service, and that alone is no mismatch.
 * What is not known proves nothing.
 */
export function addressMismatch(seen: readonly SeenAs[]): readonly SeenByGroup[] | null {
  const members = seen.filter(
    ({ group, addresses }) => group !== null && knownAddresses(addresses).length > 0,
  );
  if (!members.some((a) => members.some((b) => differs(a.addresses, b.addresses)))) return null;
  return seenByGroups(members);
}

/** What the members of the group see, as far as it is known. */
export function seenByGroups(seen: readonly SeenAs[]): readonly SeenByGroup[] {
  return seen.flatMap(({ group, addresses }) => {
    const known = knownAddresses(addresses);
    return group === null || known.length === 0 ? [] : [{ group, addresses: known }];
  });
}

/** Members that see the same. */
export type Alike = { readonly groups: readonly MicrosoftGroup[]; readonly addresses: readonly string[] };

/** Members that see the same share a clause. */
export function alike(seen: readonly SeenByGroup[]): readonly Alike[] {
  const groups = new Map<string, MicrosoftGroup[]>();
  for (const { group, addresses } of seen) {
    const key = addresses.join(' ');
    groups.set(key, [...(groups.get(key) ?? []), group]);
  }
  return [...groups].map(([key, members]) => ({ groups: members, addresses: key.split(' ') }));
}

type Addresses = SeenAs['addresses'];

/** Whether there is a family over which `a` is seen with an address that `b` is never seen with. */
function differs(a: Addresses, b: Addresses): boolean {
  return families.some((family) => isOther(a[family], b[family], knownAddresses(b).length > 0));
}

function isOther(a: SeenAddress, b: SeenAddress, isElsewhere: boolean): boolean {
  if (a.state !== 'known') return false;
  if (b.state === 'known') return a.address !== b.address;
  return b.state === 'none' && isElsewhere;
}
