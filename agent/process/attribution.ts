// Who opened a connection that the agent was handed: the account from the socket tables, the program from /proc/<pid>.
import { findSocket, type SocketSearch, type WantedSocket } from '../core/proc-net.ts';
import { processOf, unknownProcess } from '../core/process-fact.ts';
import type { TransportProtocol } from '../../protocol/destination.ts';
import { explain } from '../../protocol/error.ts';
import type { ProcessFact, ProcessUnknown } from '../../protocol/process-fact.ts';
import { createHolderSearch, type FindHolder } from './socket-holders.ts';
import { createSocketTable, type SocketTable } from './socket-table.ts';

/** The asking program's own socket, both ends as that program knows them. */
export type SocketQuestion = WantedSocket & { readonly protocol: TransportProtocol };

export type Attribution = {
  /** Never rejects. Resolves within two seconds or so; who cannot wait that long takes `within`. */
  readonly lookup: (question: SocketQuestion) => Promise<ProcessFact>;
  /** Pid and executable of a socket whose account is known already. */
  readonly holder: (uid: number, inode: number) => Promise<ProcessFact>;
};

export type AttributionOptions = {
  /** `uid`: the account, which everybody may read. `executable`: also the program, as far as the agent may look. */
  readonly level: 'uid' | 'executable';
  readonly platform: NodeJS.Platform;
  /** Told once for each kind of fault of the machine itself. */
  readonly onFault: (reason: string) => void;
  /** Where the tables are; the kernel's own unless given. */
  readonly table?: (name: string) => SocketTable;
};

/** Lookups that are under way at once; each flow has one, and a flood of them is not worth its memory. */
const mostAtOnce = 4_096;

export function createAttribution(options: AttributionOptions): Attribution {
  if (options.platform !== 'linux') {
    const answer = unknownProcess('not-linux');
    return { lookup: () => Promise.resolve(answer), holder: () => Promise.resolve(answer) };
  }
  const { table = (name) => createSocketTable(`/proc/net/${name}`) } = options;
  const tables = { tcp: table('tcp'), tcp6: table('tcp6'), udp: table('udp'), udp6: table('udp6') };
  const findHolder = createHolderSearch();
  const told = new Set<string>();
  let underWay = 0;

  return {
    async lookup(question) {
      if (underWay >= mostAtOnce) return unknownProcess('late');
      underWay += 1;
      try {
        const fact = await identify(await search(question, tables), options.level, findHolder);
        if (fact.unknown !== 'no-privilege' || fact.pid !== null) return fact;
        // Nobody in sight holds it: either its owner may not be looked into, or it has been closed meanwhile.
        const again = await search(question, tables);
        return again.kind === 'none' ? { ...fact, unknown: 'gone' } : fact;
      } catch (error) {
        const reason = explain(error);
        if (!told.has(reason) && told.size < 16) options.onFault(reason);
        told.add(reason);
        return unknownProcess('no-privilege');
      } finally {
        underWay -= 1;
      }
    },
    holder: (uid, inode) => identify({ kind: 'found', uid, inode }, options.level, findHolder),
  };
}

/** `fact`, or what says that it came too late. */
export async function within(fact: Promise<ProcessFact>, ms: number): Promise<ProcessFact> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ProcessFact>((resolve) => {
    timer = setTimeout(() => resolve(unknownProcess('late')), ms);
  });
  try {
    return await Promise.race([fact, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A program may reach an IPv4 address through a socket of either family. */
async function search(
  { protocol, ...wanted }: SocketQuestion,
  tables: Readonly<Record<'tcp' | 'tcp6' | 'udp' | 'udp6', SocketTable>>,
): Promise<SocketSearch> {
  const names =
    wanted.local.address.family === 'ipv4'
      ? ([protocol, `${protocol}6`] as const)
      : ([`${protocol}6`] as const);
  for (const name of names) {
    const sockets = await tables[name]();
    const found = findSocket(sockets(wanted.local.port), wanted);
    if (found.kind !== 'none') return found;
  }
  return { kind: 'none' };
}

async function identify(
  found: SocketSearch,
  level: AttributionOptions['level'],
  findHolder: FindHolder,
): Promise<ProcessFact> {
  const nameless = (uid: number, reason: ProcessUnknown): ProcessFact =>
    processOf(uid, { kind: 'unknown', pid: null, reason });
  switch (found.kind) {
    case 'none':
      return unknownProcess('gone');
    case 'several':
      return unknownProcess('several');
    case 'account':
      return nameless(found.uid, level === 'uid' ? 'not-asked' : 'several');
    case 'found':
      return level === 'uid'
        ? nameless(found.uid, 'not-asked')
        : processOf(found.uid, await findHolder(found));
  }
}
