// Which name servers this machine has, and whether one of them answers.
import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import packet from 'dns-packet';
import type { Clock } from '../clock.ts';
import type { NameServerFacts } from '../core/health-facts.ts';
import { nameServersOf } from '../core/resolv-conf.ts';

const withinMs = 1_500;
/** More would take longer than anybody waits; resolv.conf(5) has three. */
const mostServers = 3;

export type NameServerQuestion = {
  /** `/`, or a folder that stands for it. */
  readonly root: string;
  /** Asked for. */
  readonly name: string;
  /** Where servers listen: 53. */
  readonly port: number;
};

/** @throws Error where resolv.conf cannot be read */
export async function askNameServers(
  { root, name, port }: NameServerQuestion,
  clock: Clock,
): Promise<NameServerFacts> {
  const servers = nameServersOf(await readFile(join(root, 'etc/resolv.conf'), 'utf8'));
  // The uplinks of systemd-resolved, behind its stub.
  const uplinks = await readFile(join(root, 'run/systemd/resolve/resolv.conf'), 'utf8').catch(() => '');
  const all = [...new Set([...servers, ...nameServersOf(uplinks)])];
  let first: NameServerFacts['answer'] = null;
  for (const server of servers.slice(0, mostServers)) {
    const answer = await ask(server, port, name, clock);
    if (answer.fault === null) return { servers: all, answer };
    first ??= answer;
  }
  return { servers: all, answer: first };
}

type Answer = NonNullable<NameServerFacts['answer']>;

/** Any well-formed answer to the question counts: that a name does not exist is an answer too. */
function ask(server: string, port: number, name: string, clock: Clock): Promise<Answer> {
  const began = clock.monotonic();
  const socket = createSocket(isIPv6(server.replace(/%.*$/, '')) ? 'udp6' : 'udp4');
  const id = 1 + (Math.floor(clock.monotonic() * 1000) % 65_535);
  const { promise, resolve } = Promise.withResolvers<string | null>();
  socket.on('error', (error) => resolve(error.message));
  socket.on('message', (message) => {
    const fault = faultOf(message, id);
    if (fault !== 'stray') resolve(fault);
  });
  const timer = clock.setTimer(() => resolve(`no answer within ${withinMs} ms`), withinMs);
  const question = packet.encode({
    ...{ type: 'query', id, flags: packet.RECURSION_DESIRED },
    questions: [{ type: 'A', name }],
  });
  socket.connect(port, server, () => {
    // Connected sockets hear at once that nobody listens.
    socket.send(question, (error) => {
      if (error !== null) resolve(error.message);
    });
  });
  return promise
    .then((fault) => ({ server, fault, ms: fault === null ? clock.monotonic() - began : null }))
    .finally(() => {
      timer.cancel();
      socket.close();
    });
}

function faultOf(message: Buffer, id: number): string | null {
  if (message.length < 12 || message.readUInt16BE(0) !== id) return 'stray';
  const code = (message[3] ?? 0) & 0x0f;
  return code === 2
    ? 'it could not find out (SERVFAIL)'
    : code === 5
      ? 'it refused to answer (REFUSED)'
      : null;
}
