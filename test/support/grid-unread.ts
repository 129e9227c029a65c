// What programs have sent to an agent that does not read: the kernel's queues, looked at from outside its namespace.
import { readFileSync } from 'node:fs';
import { type GridLab, gridPorts } from './grid-lab.ts';
import { type GridFront, gridFronts } from './hardening-grid.ts';

/** Connections of a front, and questions to its nameserver, that hold bytes which nobody has read. */
export type Unread = { readonly connections: number; readonly questions: boolean };

export function unreadAt({ organisation: { agent } }: GridLab, front: GridFront): Unread {
  const queues = (file: string): Queue[] =>
    readFileSync(`/proc/${agent.pid}/net/${file}`, 'utf8').split('\n').slice(1, -1).map(readQueue);
  const connections = ['tcp', 'tcp6'].flatMap(queues).filter((queue) => queue.state === established);
  return {
    connections: connections.filter((queue) => queue.unread > 0 && frontOf(queue) === front).length,
    questions: front === 'transparent' && queues('udp').some(({ unread }) => unread > 0),
  };
}

type Queue = {
  readonly local: number;
  readonly remote: number;
  readonly state: string;
  readonly unread: number;
};

/** In /proc/net/tcp. */
const established = '01';

/** A captured connection has a port of its own, which is neither a proxy's nor at the far end the edge's. */
function frontOf({ local, remote }: Queue): GridFront | null {
  if (remote === gridPorts.tunnel) return null;
  return gridFronts.find((front) => front !== 'transparent' && gridPorts[front] === local) ?? 'transparent';
}

/** A line of /proc/net/tcp or udp: `sl local rem st tx:rx …`, in hexadecimal. */
function readQueue(line: string): Queue {
  const [, local = '', remote = '', state = '', bytes = ''] = line.trim().split(/\s+/);
  const afterColon = (text: string): number => Number.parseInt(text.split(':')[1] ?? '', 16);
  return { local: afterColon(local), remote: afterColon(remote), state, unread: afterColon(bytes) };
}
