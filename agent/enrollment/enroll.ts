// Redeems an invitation: makes sure of the edge, sends the secret and a certificate request, and checks what comes back.
import { createHash, X509Certificate } from 'node:crypto';
import type { DeviceBundle } from '../../protocol/device-bundle.ts';
import {
  enrollAnswer,
  type EnrollmentRefusal,
  enrollmentError,
  enrollPath,
  type EnrollRequest,
} from '../../protocol/enrollment.ts';
import { type ErrorCode, explain, OpenGsaError } from '../../protocol/error.ts';
import type { Invitation } from '../../protocol/invitation.ts';
import { parse } from '../../protocol/parse.ts';
import { clockAdvice } from '../core/clock-advice.ts';
import { type Answer, exchange } from './exchange.ts';
import { certificateRequest, isCertificateOf } from './key-request.ts';

export type Enrolled = {
  /** PEM, as the authority below. */
  readonly certificate: string;
  readonly authority: string;
  readonly bundle: DeviceBundle;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** What is wrong with this device's clock, where the certificate does not hold by it. */
  readonly concern: string | null;
};

export type EnrollSetup = {
  readonly invitation: Invitation;
  /** The device's private key, PEM. */
  readonly key: string;
  readonly device: EnrollRequest['device'];
  readonly now: () => number;
};

/**
 * @throws OpenGsaError `edge-unreachable`; `edge-untrusted` before the secret was sent; `device-refused` for an
 *   invitation that is not good; `already-exists` for a name that is taken; `too-busy`; `bad-message`
 */
export async function enroll(setup: EnrollSetup): Promise<Enrolled> {
  const { invitation, key, device } = setup;
  const edge = new URL(invitation.url).host;
  const first = await meet(invitation, edge);
  const authority = authorityIn(first, invitation, edge);
  const question: EnrollRequest = {
    version: 1,
    secret: invitation.secret,
    request: certificateRequest(key),
    device,
  };
  const answer = await exchange(invitation, { path: enrollPath, body: question, authority }).catch(
    (error: unknown) => {
      throw failure(edge, error, first.peerTime, setup.now());
    },
  );
  if (answer.status !== 200) throw refusal(edge, answer, invitation);
  const { certificate, bundle } = parse(enrollAnswer, json(edge, answer.body), `answer of ${edge}`);
  if (!isCertificateOf(key, certificate, authority)) {
    throw new OpenGsaError('bad-message', `${edge}: gave a certificate that is not for this device's key`);
  }
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  const now = setup.now();
  const holds = validFromDate.getTime() <= now && now < validToDate.getTime();
  return {
    certificate,
    authority,
    bundle,
    expiresAt: validToDate.toISOString(),
    concern: holds ? null : clockAdvice(now, answer.peerTime),
  };
}

/** Nobody is trusted yet, and nothing is told but that somebody asks. */
async function meet(invitation: Invitation, edge: string): Promise<Answer> {
  try {
    return await exchange(invitation, { path: enrollPath, body: null, authority: null });
  } catch (cause) {
    throw new OpenGsaError('edge-unreachable', `${edge} cannot be reached`, { cause });
  }
}

/** The certificate whose hash the invitation names, among those that the peer showed, as PEM. */
function authorityIn({ chain }: Answer, { authority }: Invitation, edge: string): string {
  const found = chain.find((der) => createHash('sha256').update(der).digest('base64url') === authority);
  if (found !== undefined) return new X509Certificate(found).toString();
  throw new OpenGsaError(
    'edge-untrusted',
    `who answers at ${edge} is not the edge of this invitation; nothing was sent. Ask whoever sent it for another ` +
      'one, and use a network that does not open TLS',
  );
}

function failure(edge: string, error: unknown, peerTime: number | null, now: number): OpenGsaError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'CERT_NOT_YET_VALID' || code === 'CERT_HAS_EXPIRED') {
    return new OpenGsaError(
      'edge-untrusted',
      `the certificate of ${edge} ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'} by the clock ` +
        `of this device; nothing was sent. ${clockAdvice(now, peerTime)}`,
    );
  }
  if (/CERT|ISSUER|ALTNAME|SIGNATURE|INVALID_CA/.test(code)) {
    return new OpenGsaError(
      'edge-untrusted',
      `${edge} could not prove its identity; nothing was sent: ${explain(error)}`,
    );
  }
  // The edge may have taken the invitation: with the same key it gives the same certificate.
  return new OpenGsaError(
    'edge-unreachable',
    `${edge} did not answer in full; run the command again with the same invitation: ${explain(error)}`,
  );
}

const codes: Readonly<Record<EnrollmentRefusal, ErrorCode>> = {
  'invitation-refused': 'device-refused',
  'too-many-attempts': 'too-busy',
  'too-busy': 'too-busy',
  'bad-request': 'bad-message',
  'bad-certificate-request': 'bad-message',
  'name-taken': 'already-exists',
};

function refusal(edge: string, { status, body }: Answer, { expiresAt }: Invitation): OpenGsaError {
  const told = enrollmentError.safeParse(json(edge, body));
  if (!told.success) {
    return new OpenGsaError('bad-message', `${edge}: answered ${status}, and not as an edge does`);
  }
  const { error, message } = told.data;
  const until = error === 'invitation-refused' ? ` (this one was good until ${expiresAt})` : '';
  return new OpenGsaError(codes[error], `${edge}: ${message}${until}`);
}

function json(edge: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Whatever it is, an enrolment listener answers JSON.
    throw new OpenGsaError('bad-message', `${edge}: answered something that is not JSON`);
  }
}
