// Benchmark: how long it takes to learn who opened a connection, beside few sockets and many.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Attribution, createAttribution, type SocketQuestion } from '../../agent/process/attribution.ts';
import { parseAddress } from '../../protocol/address.ts';

const rounds = 41;
const burst = 200;
/** Lookups on their own: the last one's pause is over. */
const restMs = 100;

export async function measureAttribution(): Promise<string[]> {
  if (process.platform !== 'linux') return ['attribution: on Linux only'];
  const lines: string[] = [];
  for (const sockets of [20, 5_000]) lines.push(...(await measureBeside(sockets)));
  return lines;
}

/** Both ends of each connection are sockets of this process. */
async function measureBeside(sockets: number): Promise<string[]> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clients: Socket[] = [];
  for (let i = 0; i < sockets / 2; i++) {
    const client = connect({ host: '127.0.0.1', port });
    await once(client, 'connect');
    clients.push(client);
  }
  const address = parseAddress('127.0.0.1');
  if (address === null) throw new Error('no loopback address');
  const questions = clients.map(({ localPort = 0 }): SocketQuestion => ({
    ...{ protocol: 'tcp', local: { address, port: localPort }, remote: { address, port } },
  }));
  const made = (level: 'uid' | 'executable') =>
    createAttribution({ level, platform: 'linux', onFault: (reason) => process.stderr.write(`${reason}\n`) });
  const account = await alone(made('uid'), questions);
  const program = await alone(made('executable'), questions);
  const together = await atOnce(made('uid'), questions);
  for (const client of clients) client.destroy();
  server.close();
  return [
    `attribution beside ${sockets} sockets: account ${account.toFixed(1)} ms, with program ${program.toFixed(1)} ms (p50 of ${rounds}), ` +
      `${burst} at once ${together.toFixed(1)} ms in all`,
  ];
}

async function alone({ lookup }: Attribution, questions: readonly SocketQuestion[]): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const question = questions[(i * 7) % questions.length];
    if (question === undefined) continue;
    const begin = performance.now();
    const { uid } = await lookup(question);
    took.push(performance.now() - begin);
    if (uid === null) throw new Error('a socket was not found');
    await delay(restMs);
  }
  return took.sort((a, b) => a - b)[Math.floor(took.length / 2)] ?? NaN;
}

async function atOnce({ lookup }: Attribution, questions: readonly SocketQuestion[]): Promise<number> {
  const begin = performance.now();
  const asked = Array.from({ length: burst }, (_, i) => questions[i % questions.length]);
  await Promise.all(asked.flatMap((question) => (question === undefined ? [] : [lookup(question)])));
  return performance.now() - begin;
}
