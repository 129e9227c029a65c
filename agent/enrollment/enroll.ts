// Takes an invitation up: makes sure of the edge, sends a secret or a sign-in with a certificate request, and checks what comes back.
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import type { DeviceBundle } from '../../protocol/device-bundle.ts';
import {
  enrollAnswer,
  type EnrollmentRefusal,
  enrollmentError,
  type EnrollOffer,
  enrollOffer,
  enrollPath,
  type EnrollRequest,
} from '../../protocol/enrollment.ts';
import { type ErrorCode, explain, OpenGsaError } from '../../protocol/error.ts';
import { type Invitation, isOneTime } from '../../protocol/invitation.ts';
import { enrollmentNonce } from '../../protocol/nonce.ts';
import { parse } from '../../protocol/parse.ts';
import { clockAdvice } from '../core/clock-advice.ts';
import { type Answer, exchange } from './exchange.ts';
import { certificateRequest, isCertificateOf, keyHash } from './key-request.ts';

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

/** Whom the person signs in with, and what for. */
export type WantedSignIn = NonNullable<EnrollOffer['signIn']> & {
  /** `name:port` of the edge. */
  readonly edge: string;
  readonly organisation: string;
  readonly nonce: string;
};

/**
 * Has the person sign in.
 *
 * @param enrolBy enrols the device by the ID token, while the person still looks at the page that they signed in on
 */
export type SignInToEnrol = (
  wanted: WantedSignIn,
  enrolBy: (idToken: string) => Promise<Enrolled>,
) => Promise<Enrolled>;

export type EnrollSetup = {
  readonly invitation: Invitation;
  /** The device's private key, PEM. */
  readonly key: string;
  readonly device: EnrollRequest['device'];
  /** For an invitation without a secret. */
  readonly signIn: SignInToEnrol;
  readonly now: () => number;
};

/**
 * @throws OpenGsaError `edge-unreachable`; `edge-untrusted` before anything was sent; `device-refused` for an invitation
 *   that is not good; `access-denied` for a sign-in that does not count; `already-exists` for a name that is taken;
 *   `too-busy`; `bad-message`
 */
export async function enroll(setup: EnrollSetup): Promise<Enrolled> {
  const { invitation, key } = setup;
  const edge = new URL(invitation.url).host;
  const first = await meet(invitation, edge);
  const met = { edge, peerTime: first.peerTime, authority: authorityIn(first, invitation, edge) };
  if (isOneTime(invitation)) return redeem(met, { secret: invitation.secret }, setup);
  const { organisation, signIn } = await offerOf(met, setup);
  if (signIn === null) {
    throw new OpenGsaError(
      'device-refused',
      `${edge}: nobody enrols here by signing in; ask for an invitation of your own`,
    );
  }
  const salt = randomBytes(32).toString('base64url');
  const binding = { authority: invitation.authority, key: keyHash(key), salt };
  const wanted = { ...signIn, edge, organisation, nonce: await enrollmentNonce(binding) };
  return setup.signIn(wanted, (idToken) => redeem(met, { signIn: { idToken, salt } }, setup));
}

/** An edge that has shown the authority which the invitation names. */
type Met = { readonly edge: string; readonly authority: string; readonly peerTime: number | null };

async function redeem(
  met: Met,
  proof: Pick<EnrollRequest, 'secret' | 'signIn'>,
  setup: EnrollSetup,
): Promise<Enrolled> {
  const { key, device, invitation } = setup;
  const { edge, authority } = met;
  const answer = await ask(met, { version: 1, ...proof, request: certificateRequest(key), device }, setup);
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

async function offerOf(met: Met, setup: EnrollSetup): Promise<EnrollOffer> {
  const { status, body } = await ask(met, null, setup);
  if (status === 200) return parse(enrollOffer, json(met.edge, body), `offer of ${met.edge}`);
  throw new OpenGsaError('bad-message', `${met.edge}: answered ${status}, and not as an edge does`);
}

async function ask(met: Met, body: EnrollRequest | null, { invitation, now }: EnrollSetup): Promise<Answer> {
  const { edge, authority, peerTime } = met;
  return exchange(invitation, { path: enrollPath, body, authority }).catch((error: unknown) => {
    throw failure(edge, error, peerTime, now());
  });
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
  'sign-in-refused': 'access-denied',
  'issuer-unavailable': 'upstream-failed',
  'too-many-devices': 'device-refused',
  'too-many-attempts': 'too-busy',
  'too-busy': 'too-busy',
  'bad-request': 'bad-message',
  'bad-certificate-request': 'bad-message',
  'name-taken': 'already-exists',
};

function refusal(edge: string, { status, body }: Answer, invitation: Invitation): OpenGsaError {
  const told = enrollmentError.safeParse(json(edge, body));
  if (!told.success) {
    return new OpenGsaError('bad-message', `${edge}: answered ${status}, and not as an edge does`);
  }
  const { error, message } = told.data;
  const until =
    error === 'invitation-refused' && isOneTime(invitation)
      ? ` (this one was good until ${invitation.expiresAt})`
      : '';
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
