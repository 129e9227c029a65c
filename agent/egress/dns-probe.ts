// Asks a DNS server for the record that holds the asker's address: at the server itself, as a resolver would show its own.
import { randomInt } from 'node:crypto';
import type { Address } from '../../protocol/address.ts';
import type { Clock } from '../clock.ts';
import {
  type AddressRecord,
  type DnsReading,
  encodeDnsQuestion,
  longestDnsAnswer,
  readDnsAnswer,
} from '../core/dns-answer.ts';
import { ProbeFault } from './probe-fault.ts';
import { askWithin, inTurn, type Probe, type ProbeSocket, seenIn } from './probe.ts';
import { askByTcp } from './tcp-question.ts';
import { askByUdp } from './udp-question.ts';

export type DnsTarget = ProbeSocket & {
  readonly record: AddressRecord;
  /** Asked in turn until one answers, each for an equal share of the time. */
  readonly servers: readonly DnsServer[];
  /** How long one question may take in all, in ms. */
  readonly budgetMs: number;
};

export type DnsServer = { readonly address: string; readonly port: number };

/** The question to `target`, ready to be asked again and again, each time with an id and a port of its own. */
export function dnsProbe(target: DnsTarget, clock: Clock): Probe {
  const { family, servers, budgetMs } = target;
  return (signal) =>
    askWithin({ budgetMs, clock, signal }, async (bounded) => {
      const address = await inTurn(servers, { budgetMs, clock, signal: bounded }, (server, turn) =>
        askServer(server, target, clock, turn),
      );
      return seenIn(family, address);
    });
}

async function askServer(
  server: DnsServer,
  { family, localAddress, record }: DnsTarget,
  clock: Clock,
  signal: AbortSignal,
): Promise<Address> {
  const id = randomInt(0x1_0000);
  const message = encodeDnsQuestion(record, id);
  const question = { ...server, family, localAddress, message };
  const read = (datagram: Uint8Array) => {
    const reading = readDnsAnswer(datagram, record, id);
    return reading.kind === 'foreign' ? reading : ({ kind: 'answer', value: reading } as const);
  };
  const byUdp = await askByUdp({ ...question, read }, clock, signal);
  if (byUdp.kind !== 'truncated') return addressIn(byUdp);
  const answer = await askByTcp({ ...question, longestBytes: longestDnsAnswer }, signal);
  return addressIn(readDnsAnswer(answer, record, id));
}

function addressIn(reading: DnsReading): Address {
  switch (reading.kind) {
    case 'address':
      return reading.address;
    case 'refused':
      throw new ProbeFault('refused', `the server answered ${reading.code}`);
    case 'several-addresses':
      throw new ProbeFault('several-addresses', 'the record holds several addresses');
    case 'malformed':
      throw new ProbeFault('malformed', reading.detail);
    case 'truncated':
      throw new ProbeFault('malformed', 'truncated over TCP too');
    case 'foreign':
      throw new ProbeFault('unexpected-answer', reading.detail);
  }
}
