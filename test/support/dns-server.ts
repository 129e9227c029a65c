// DNS counterparts: dnsmasq with fixed records, and a small server whose records hold the address of whoever asks.
import packet from 'dns-packet';
import { userInfo } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { installedProgram } from './debian-programs.ts';
import { type DatagramPeer, startDatagramPeer } from './datagram-peer.ts';
import type { Starter } from './stun-server.ts';

export const dnsmasq = installedProgram('dnsmasq');

/** Waits until it answers on `addresses` at `port`. `records` are options such as `--txt-record=name,text`. */
export async function startDnsmasq(
  group: Starter,
  addresses: readonly string[],
  port: number,
  records: readonly string[],
): Promise<void> {
  if (dnsmasq === null) throw new Error('dnsmasq is not installed');
  const program = group.start(dnsmasq, [
    ...['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--pid-file='],
    // As the account that runs the test; the default is one that may not exist.
    ...[`--user=${userInfo().username}`, '--log-facility=-', '--bind-interfaces'],
    ...addresses.map((address) => `--listen-address=${address}`),
    `--port=${port}`,
    ...records,
  ]);
  const ended = program.ended.then(({ stderr }) => Promise.reject(new Error(`dnsmasq ended: ${stderr}`)));
  ended.catch(() => undefined);
  // It says so on standard error; its log cannot go to a pipe.
  while (!program.stderr().includes('started, version')) await Promise.race([ended, setTimeout(20)]);
}

/** Answers every TXT question of any class with the peer's address, in quotes. */
export function startWhoami(host: string): Promise<DatagramPeer> {
  return startDatagramPeer(host, (message, { address, send }) => {
    const { id = 0, questions: [question] = [] } = packet.decode(message);
    if (question === undefined) return;
    const answer: packet.Answer = { ...question, type: 'TXT', ttl: 0, data: `"${address}"` };
    send(packet.encode({ type: 'response', id, questions: [question], answers: [answer] }));
  });
}
