// The names that programs asked for, with who asked: joins the table, the DNS responder's news and process attribution.
import type { HostnameRecord } from '../protocol/hostname-record.ts';
import type { Clock } from './clock.ts';
import { createHostnameTable, type HostnameTable } from './core/hostname-table.ts';
import type { DnsAsker } from './dns/endpoint.ts';
import type { DnsResponderSetup } from './dns/responder.ts';

export type Hostnames = Pick<HostnameTable, 'list' | 'clear'> &
  /** As the responder tells them. */
  Required<Pick<DnsResponderSetup, 'asked' | 'learnt'>>;

export type HostnamesSetup = {
  readonly clock: Clock;
  /** The program behind a socket of this machine, or null where that cannot be known. Never rejects. */
  readonly whoAsked: (asker: DnsAsker) => Promise<HostnameRecord['process']>;
};

/** A page asks for dozens of names in one moment, and each look into the system takes time: the others have none. */
const mostLooks = 8;

export function createHostnames({ clock, whoAsked }: HostnamesSetup): Hostnames {
  const table = createHostnameTable();
  let looks = 0;

  const attribute = async (name: string, asker: DnsAsker): Promise<void> => {
    if (looks >= mostLooks) return;
    looks += 1;
    const process = await whoAsked(asker);
    looks -= 1;
    // A program that has gone already says nothing about the one before.
    if (process !== null) table.askedBy(name, process);
  };
  return {
    asked: (name, acquisition, asker) => {
      table.asked(name, acquisition, new Date(clock.now()));
      void attribute(name, asker);
    },
    learnt: table.learnt,
    list: table.list,
    clear: table.clear,
  };
}
