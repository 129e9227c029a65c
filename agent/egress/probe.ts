// One question to a source of addresses, whatever its protocol: bounded in time, given up on demand, never rejecting.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Address, Family } from '../../protocol/address.ts';
import type { EgressSource } from '../core/consensus.ts';
import type { Clock } from '../clock.ts';
import { isConnectFault, ProbeFault, type ProbeReason, toProbeFault } from './probe-fault.ts';

export type Failed<Reason extends string = ProbeReason> = {
  readonly kind: 'failed';
  readonly reason: Reason;
  /** For people. */
  readonly detail: string;
};

export type ProbeAnswer = { readonly kind: 'seen'; readonly address: Address } | Failed;

/** Asks once. Never rejects. */
export type Probe = (signal: AbortSignal) => Promise<ProbeAnswer>;

/** A source that nobody of the organisation runs: its word alone proves nothing. */
export type ThirdParty = {
  readonly source: Extract<EgressSource, 'stun' | 'https' | 'dns'>;
  /** Who runs it; all that one operator says is one voice. */
  readonly operator: string;
  /** What is asked, as a person would name it. */
  readonly asked: string;
  readonly overTls: boolean;
  readonly ask: Probe;
};

/** What every socket of a probe is told: it leaves by this family, and from this address where one is set. */
export type ProbeSocket = {
  readonly family: Family;
  /** Null lets the system choose. */
  readonly localAddress: string | null;
};

/** A name resolves to more addresses than can be tried in the time. */
const mostAddresses = 3;

/** Runs `ask` for at most `budgetMs`; its result, or why there is none. `signal` gives it up. Never rejects. */
export async function askWithin<T>(
  { budgetMs, clock, signal }: { budgetMs: number; clock: Clock; signal: AbortSignal },
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T | Failed> {
  const budget = new AbortController();
  const timer = clock.setTimer(() => budget.abort(), budgetMs);
  try {
    return await ask(AbortSignal.any([signal, budget.signal]));
  } catch (error) {
    if (signal.aborted) return failed('aborted', '');
    // What was noticed on the way says more than that the time is over.
    if (budget.signal.aborted && !(error instanceof ProbeFault)) {
      return failed('timeout', `no answer within ${budgetMs} ms`);
    }
    const { reason, message } = toProbeFault(error);
    return failed(reason, message);
  } finally {
    timer.cancel();
  }
}

export function failed<Reason extends string>(reason: Reason, detail: string): Failed<Reason> {
  return { kind: 'failed', reason, detail };
}

/**
 * Asks `candidates` one after another, each for an equal share of `budgetMs`, until one of them answers. Another one
 * helps against silence and a dead path, never against an answer that was given.
 *
 * @throws what the last of them failed with
 */
export async function inTurn<C, T>(
  candidates: readonly C[],
  { budgetMs, clock, signal }: { budgetMs: number; clock: Clock; signal: AbortSignal },
  ask: (candidate: C, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const shareMs = Math.floor(budgetMs / candidates.length);
  let last: unknown = new ProbeFault('name-not-found', 'no address of this family');
  for (const candidate of candidates) {
    const share = new AbortController();
    const timer = clock.setTimer(() => share.abort(), shareMs);
    try {
      return await ask(candidate, AbortSignal.any([signal, share.signal]));
    } catch (error) {
      if (signal.aborted || !(share.signal.aborted || isConnectFault(error))) throw error;
      last =
        error instanceof ProbeFault || !share.signal.aborted
          ? error
          : new ProbeFault('timeout', `no answer within ${shareMs} ms`);
    } finally {
      timer.cancel();
    }
  }
  throw last;
}

/** The answer that a source saw `address`. @throws ProbeFault where it is of another family than the question's */
export function seenIn(family: Family, address: Address): ProbeAnswer {
  if (address.family === family) return { kind: 'seen', address };
  throw new ProbeFault('wrong-family', address.text);
}

/** The addresses of `family` under a name or literal. Empty: there are none of this family. */
export async function addressesOf(
  hostname: string,
  family: Family,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const version = versionOf(family);
  if (isIP(hostname) !== 0) return isIP(hostname) === version ? [hostname] : [];
  const found = await Promise.race([
    lookup(hostname, { family: version, all: true }),
    rejectWhenAborted(signal),
  ]);
  return found.map(({ address }) => address).slice(0, mostAddresses);
}

export function versionOf(family: Family): 4 | 6 {
  return family === 'ipv4' ? 4 : 6;
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}
