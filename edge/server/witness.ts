// The witness: tells a device, signed, at which public address it was seen. Asked outside the tunnel, per family.
import { randomUUID } from 'node:crypto';
import type { Prefix } from '../../protocol/address.ts';
import { signEgressToken, type WitnessKey } from '../identity/witness-token.ts';
import { maySource } from '../core/source-choice.ts';
import type { Question } from './plain-handler.ts';
import type { Caller, PlainAnswer } from './request.ts';

export type WitnessOptions = {
  readonly key: WitnessKey;
  readonly issuer: string;
  readonly sourceRanges: () => readonly Prefix[];
  readonly nowMs: () => number;
};

/** Answers 200 `application/jwt`, or 403 `address-not-allowed` for a peer that is neither global nor in a named range. */
export function witnessQuestion(options: WitnessOptions): Question {
  return { methods: ['GET'], answer: (caller) => answer(options, caller) };
}

async function answer(options: WitnessOptions, { peer, thumbprint }: Caller): Promise<PlainAnswer> {
  if (!maySource(peer.address, options.sourceRanges())) {
    const reason = 'address-not-allowed';
    return json(403, { error: reason, address: peer.address.text });
  }
  const token = await signEgressToken(options.key, {
    issuer: options.issuer,
    address: peer.address,
    thumbprint,
    tokenId: randomUUID(),
    nowMs: options.nowMs(),
  });
  return {
    status: 200,
    fields: { 'content-type': 'application/jwt', 'cache-control': 'no-store' },
    body: token,
  };
}

function json(status: number, value: unknown): PlainAnswer {
  return {
    status,
    fields: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  };
}
