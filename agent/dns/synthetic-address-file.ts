// The synthetic addresses on disk: a name keeps its address over restarts, because programs may have it in their caches.
import type { Prefix } from '../../protocol/address.ts';
import type { Clock, Timer } from '../clock.ts';
import { readSyntheticAddresses, type SyntheticAddresses } from '../core/synthetic-addresses.ts';
import { readStateFile, writeStateFile } from '../state-file.ts';

export type SyntheticAddressFile = {
  readonly addresses: Pick<SyntheticAddresses, 'addressOf' | 'nameOf' | 'range'>;
  /** Writes what is not written. */
  readonly close: () => Promise<void>;
};

/** A page asks for dozens of names at once; what a crash loses meanwhile stays unused after the next start. */
const gatherMs = 500;

/**
 * @param onFault told when the file cannot be written; the addresses hold until the agent ends
 * @throws OpenGsaError `bad-config` for a file that is damaged
 */
export async function openSyntheticAddresses(
  path: string,
  range: Prefix,
  clock: Clock,
  onFault: (error: unknown) => void,
): Promise<SyntheticAddressFile> {
  const pool = readSyntheticAddresses(await readStateFile(path), range, path);
  let timer: Timer | null = null;
  let writing = Promise.resolve();
  const write = (): void => {
    timer = null;
    writing = writing.then(() => writeStateFile(path, pool.stored())).catch(onFault);
  };
  return {
    addresses: {
      range,
      nameOf: pool.nameOf,
      addressOf: (name, nowMs) => {
        const before = pool.given();
        const address = pool.addressOf(name, nowMs);
        if (pool.given() !== before) timer ??= clock.setTimer(write, gatherMs);
        return address;
      },
    },
    close: async () => {
      if (timer !== null) {
        timer.cancel();
        write();
      }
      await writing;
    },
  };
}
