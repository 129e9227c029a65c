// Asks a STUN server which address it sees (RFC 8489, Binding over UDP): outside the tunnel, over one address family.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { encodeBindingRequest, readBindingResponse, stunTransactionBytes } from '../core/stun-codec.ts';
import { ProbeFault } from './probe-fault.ts';
import { addressesOf, askWithin, inTurn, type Probe, type ProbeSocket, seenIn } from './probe.ts';
import { askByUdp, type UdpReading } from './udp-question.ts';
import type { Address } from '../../protocol/address.ts';

export type StunTarget = ProbeSocket & {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** How long one question may take in all, in ms. */
  readonly budgetMs: number;
};

/** The question to `target`, ready to be asked again and again, each time as a transaction of its own. */
export function stunProbe(target: StunTarget, clock: Clock): Probe {
  const { family, host, budgetMs } = target;
  return (signal) =>
    askWithin({ budgetMs, clock, signal }, async (bounded) => {
      const addresses = await addressesOf(host, family, bounded);
      const address = await inTurn(addresses, { budgetMs, clock, signal: bounded }, (server, turn) =>
        askServer(server, target, clock, turn),
      );
      return seenIn(family, address);
    });
}

function askServer(address: string, target: StunTarget, clock: Clock, signal: AbortSignal): Promise<Address> {
  const transactionId = randomBytes(stunTransactionBytes);
  const { family, localAddress, port } = target;
  const message = encodeBindingRequest(transactionId);
  const read = (datagram: Uint8Array) => readAnswer(datagram, transactionId);
  return askByUdp({ family, localAddress, address, port, message, read }, clock, signal);
}

function readAnswer(datagram: Uint8Array, transactionId: Uint8Array): UdpReading<Address> {
  const reading = readBindingResponse(datagram, transactionId);
  switch (reading.kind) {
    case 'address':
      return { kind: 'answer', value: reading.address };
    case 'foreign':
      return reading;
    case 'error':
      throw new ProbeFault('refused', `the server answered ${reading.code} ${reading.reason}`);
    case 'malformed':
      throw new ProbeFault('malformed', reading.detail);
  }
}
