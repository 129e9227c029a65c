// Asks the witness of one address family which address it sees: outside the tunnel, outside any proxy, as this device.
import { z } from 'zod';
import type { Address } from '../../protocol/address.ts';
import type { EdgeEndpoint } from '../../protocol/device-bundle.ts';
import { witnessPath } from '../../protocol/tunnel.ts';
import type { Clock } from '../clock.ts';
import type { EgressToken } from '../core/consensus.ts';
import { askHttps, type HttpsQuestion } from './https-question.ts';
import { errorCode, ProbeFault, type ProbeReason } from './probe-fault.ts';
import { askWithin, type Failed, failed, type ProbeSocket } from './probe.ts';
import { readWitnessToken, type TokenExpectation, type TokenFailure } from './witness-token.ts';

export type WitnessTarget = ProbeSocket & {
  readonly endpoint: EdgeEndpoint;
  /** PEM: the device's key and certificate, and the authority that signs the witness's certificate. */
  readonly key: string;
  readonly certificate: string;
  readonly authority: string;
  readonly expected: TokenExpectation;
  /** How long one question may take in all, in ms. */
  readonly budgetMs: number;
};

export type WitnessAnswer =
  | { readonly kind: 'seen'; readonly address: Address; readonly token: EgressToken }
  | Failed<ProbeReason | TokenFailure>;

/** Asks once. Never rejects. */
export type ProbeWitness = (signal: AbortSignal) => Promise<WitnessAnswer>;

/** A statement has some 600 bytes; a page of a portal may have megabytes. */
const longestAnswerBytes = 8192;

/** The question to `target`, ready to be asked again and again. */
export function witnessProbe(target: WitnessTarget, clock: Clock): ProbeWitness {
  const question = questionTo(target);
  return (signal) =>
    askWithin<WitnessAnswer>({ budgetMs: target.budgetMs, clock, signal }, async (bounded) => {
      const answer = await askHttps(question, bounded).catch(nameDeviceFaults);
      if (answer.status === 403) throw refusal(answer.body);
      const reading = await readWitnessToken(answer.body.trim(), target.expected, clock.now());
      return reading.kind === 'valid'
        ? { kind: 'seen', address: reading.address, token: reading.token }
        : failed(reading.reason, reading.detail);
    });
}

function questionTo({ family, localAddress, endpoint, ...target }: WitnessTarget): HttpsQuestion {
  return {
    family,
    localAddress,
    url: new URL(witnessPath, endpoint.url),
    addresses: endpoint.addresses ?? [],
    accept: 'application/jwt',
    tls: { key: target.key, cert: target.certificate, ca: target.authority, minVersion: 'TLSv1.3' },
    longestBytes: longestAnswerBytes,
    judge: ({ status, contentType }) => {
      if (status === 403 || (status === 200 && /^application\/jwt\s*(;|$)/i.test(contentType))) return;
      throw new ProbeFault(
        status === 401 ? 'device-refused' : 'unexpected-answer',
        `the witness answered ${status} with ${contentType === '' ? 'no content type' : contentType}`,
      );
    },
  };
}

/** A witness that does not accept this device's certificate says so by an alert (RFC 8446 section 6.2), or hangs up. */
function nameDeviceFaults(error: unknown): never {
  if (error instanceof ProbeFault && error.reason === 'hung-up') {
    throw new ProbeFault('hung-up', `${error.message}; the witness may not accept this device's certificate`);
  }
  const alert = /ALERT_(CERTIFICATE|BAD_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|UNSUPPORTED_CERTIFICATE)/;
  if (error instanceof Error && alert.test(errorCode(error))) {
    throw new ProbeFault('device-refused', error.message);
  }
  throw error;
}

const refusalBody = z.object({ error: z.literal('address-not-allowed'), address: z.string().max(45) });

function refusal(body: string): ProbeFault {
  const named = refusalBody.safeParse(parseJson(body));
  return named.success
    ? new ProbeFault('address-not-allowed', named.data.address)
    : new ProbeFault('device-refused', 'the witness answered 403');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page or nothing: the status alone says what there is to say.
    return null;
  }
}
