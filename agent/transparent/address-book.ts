// The addresses that the kernel's tables hold of names, which change one by one: told to nft as the difference.
import type { Address } from '../../protocol/address.ts';
import { explain } from '../../protocol/error.ts';
import {
  changeLearned,
  changeReal,
  guardTable,
  line,
  ownerTable,
  type RealAddress,
} from '../core/nft-ruleset.ts';

export type AddressBook = {
  readonly setReal: (synthetic: Address, real: Address | null) => void;
  readonly setLearned: (addresses: readonly Address[]) => void;
  /** Tells once more what was refused. */
  readonly retry: () => void;
  /** Commands that fill both tables where they are empty; they count as done. */
  readonly fill: () => string;
  /** Commands that fill the guard alone. */
  readonly fillGuard: () => string;
};

/** @param send performs a transaction, or resolves to false where that must wait for the tables to be filled */
export function createAddressBook(
  send: (commands: string) => Promise<boolean>,
  onFault: (what: string) => void,
): AddressBook {
  const wanted: Addresses = { real: new Map(), learned: new Map() };
  let loaded = copyOf(wanted);
  let planned = false;
  let changing = Promise.resolve();
  const change = async (): Promise<void> => {
    const now = copyOf(wanted);
    const commands = line(changes(loaded, now));
    if (commands !== '' && (await send(commands))) loaded = now;
  };
  const changeSoon = (): void => {
    if (planned) return;
    planned = true;
    // All changes of one turn of the event loop are one transaction, and each is the difference from what the one before
    // has loaded: to delete what is deleted already would be refused.
    setImmediate(() => {
      changing = changing
        .then(() => {
          planned = false;
          return change();
        })
        .catch((error: unknown) => onFault(`addresses cannot be changed: ${explain(error)}`));
    });
  };
  return {
    setReal: (synthetic, real) => {
      if (real === null) wanted.real.delete(synthetic.text);
      else wanted.real.set(synthetic.text, { synthetic, real });
      changeSoon();
    },
    setLearned: (addresses) => {
      wanted.learned = new Map(addresses.map((address) => [address.text, address]));
      changeSoon();
    },
    retry: changeSoon,
    fill: () => {
      loaded = copyOf(wanted);
      return line(changes(noAddresses, loaded));
    },
    fillGuard: () => changeLearned(guardTable, [], [...loaded.learned.values()]),
  };
}

/** By their text. */
type Addresses = { readonly real: Map<string, RealAddress>; learned: Map<string, Address> };

const noAddresses: Addresses = { real: new Map(), learned: new Map() };

function copyOf({ real, learned }: Addresses): Addresses {
  return { real: new Map(real), learned: new Map(learned) };
}

function changes(before: Addresses, after: Addresses): readonly string[] {
  const real = difference(before.real, after.real, (a, b) => a.real.text === b.real.text);
  const learned = difference(before.learned, after.learned, () => true);
  return [
    changeReal(real.removed, real.added),
    changeLearned(ownerTable, learned.removed, learned.added),
    changeLearned(guardTable, learned.removed, learned.added),
  ];
}

function difference<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  same: (a: T, b: T) => boolean,
): { readonly removed: readonly T[]; readonly added: readonly T[] } {
  const lacks = (map: ReadonlyMap<string, T>, key: string, value: T): boolean => {
    const other = map.get(key);
    return other === undefined || !same(other, value);
  };
  return {
    removed: [...before].filter(([key, value]) => lacks(after, key, value)).map(([, value]) => value),
    added: [...after].filter(([key, value]) => lacks(before, key, value)).map(([, value]) => value),
  };
}
