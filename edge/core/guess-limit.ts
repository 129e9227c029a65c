// How often strangers may be wrong about a secret: per address, and all together.
import type { Address } from '../../protocol/address.ts';
import { fullBucket, type Rate, takeToken, type TokenBucket, tokenWaitMs } from './limits.ts';

export type GuessRates = {
  /** A person who mistypes or pastes the wrong text a few times is none who guesses. */
  readonly perAddress: Rate;
  /** Each that is wrong costs a line of a log. */
  readonly together: Rate;
};

export type GuessLimit = {
  /** 0: the address may be wrong once more; else in how many ms. It is asked before a secret is looked at. */
  readonly waitMs: (address: Address, nowMs: number) => number;
  /** Counts a wrong one. @returns whether it is one of those that the address, and all addresses together, may have */
  readonly wasWrong: (address: Address, nowMs: number) => boolean;
};

/** The ones that were wrong longest ago are forgotten beyond this. */
const mostAddresses = 10_000;

/** Right secrets are never counted: an office behind one address may use all of theirs at once. */
export function createGuessLimit({ perAddress, together }: GuessRates, nowMs: number): GuessLimit {
  const addresses = new Map<string, TokenBucket>();
  let all = fullBucket(together, nowMs);
  const bucketOf = (key: string, now: number) => addresses.get(key) ?? fullBucket(perAddress, now);
  return {
    waitMs: (address, now) => tokenWaitMs(bucketOf(networkOf(address), now), perAddress, now),
    wasWrong: (address, now) => {
      const key = networkOf(address);
      const left = takeToken(bucketOf(key, now), perAddress, now);
      addresses.delete(key);
      addresses.set(key, left ?? { tokens: 0, atMs: now });
      const [oldest] = addresses.keys();
      if (addresses.size > mostAddresses && oldest !== undefined) addresses.delete(oldest);
      // Of many that came at once, all were let in before the first was wrong.
      if (left === null) return false;
      const rest = takeToken(all, together, now);
      all = rest ?? all;
      return rest !== null;
    },
  };
}

/** What counts as one stranger. An IPv6 site has 2^64 addresses in each of its networks, and all of them are one stranger. */
export function networkOf({ family, text, bytes }: Address): string {
  return family === 'ipv4' ? text : bytes.slice(0, 8).join('.');
}
