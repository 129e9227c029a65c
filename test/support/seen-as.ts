// What a destination will see, for tests of what is made of it.
import type { SeenAddress, SeenAs } from '../../protocol/seen-as.ts';

/** The addresses are known; a family without one is seen by nobody. */
export function seen(addresses: readonly string[], changes: Partial<SeenAs> = {}): SeenAs {
  const of = (isOfFamily: (address: string) => boolean): SeenAddress => {
    const address = addresses.find(isOfFamily);
    return address === undefined
      ? { state: 'none', address: null, verdict: null }
      : { state: 'known', address, verdict: { kind: 'not-judged', reason: 'no-locations' } };
  };
  return {
    ...{
      destination: 'any.test',
      label: 'any.test',
      origin: 'organisation',
      group: null,
      authentication: null,
    },
    ...{ path: 'edge', class: null, whose: 'edge', edge: { ipv4: null, ipv6: null } },
    addresses: {
      ipv4: of((address) => !address.includes(':')),
      ipv6: of((address) => address.includes(':')),
    },
    ...{ basis: 'predicted', reason: 'class-anchor', verification: null },
    ...changes,
  };
}

export const unknownAddress: SeenAddress = {
  state: 'unknown',
  address: null,
  verdict: { kind: 'not-judged', reason: 'address-unknown' },
};
