// Takes an invitation up: by its secret, or by having a person sign in; and checks what comes back.
import { randomBytes, X509Certificate } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeviceBundle } from '../../protocol/device-bundle.ts';
import {
  type EnrollAnswer,
  enrollAnswer,
  type EnrollCodeAnswer,
  enrollCodeAnswer,
  enrollCodePath,
  type EnrollCodeRequest,
  type EnrollOffer,
  enrollOffer,
  enrollPath,
  type EnrollRequest,
} from '../../protocol/enrollment.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { type Invitation, isOneTime } from '../../protocol/invitation.ts';
import { enrollmentNonce } from '../../protocol/nonce.ts';
import { clockAdvice } from '../core/clock-advice.ts';
import { type Contact, contactEdge, explainRefusal, type Reply } from './contact.ts';
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
  /** As the edge calls it. */
  readonly organisation: string;
};

export type WaysToSignIn = {
  /** What a token must hold for `byToken`. */
  readonly nonce: string;
  /** The person has signed in here, and still looks at the page. */
  readonly byToken: (idToken: string) => Promise<Enrolled>;
  /** The edge has the person sign in by a code. @param issuer URL of one that is wanted */
  readonly byCode: (issuer: string) => Promise<CodeToEnter>;
};

export type CodeToEnter = Omit<EnrollCodeAnswer, 'version' | 'ticket'> & {
  /** Resolves when the person has entered the code somewhere. */
  readonly finish: () => Promise<Enrolled>;
};

export type EnrollSetup = {
  readonly invitation: Invitation;
  /** The device's private key, PEM. */
  readonly key: string;
  readonly device: EnrollRequest['device'];
  /** Whether a device of that name which the person has enrolled gives way. */
  readonly replaces: boolean;
  /** Has the person sign in, for an invitation without a secret. */
  readonly signIn: (wanted: WantedSignIn, ways: WaysToSignIn) => Promise<Enrolled>;
  /** Puts what the edge gave in place, before anybody is told that all went well. */
  readonly keep: (enrolled: Enrolled) => Promise<void>;
  /** The key is good for nothing any more: another one is made at the next attempt. */
  readonly discardKey: () => Promise<void>;
  /** The person gives up. An answer that may make a device is waited for all the same. */
  readonly stop: AbortSignal;
  readonly now: () => number;
};

/**
 * @throws OpenGsaError `edge-unreachable`; `edge-untrusted` before anything was sent; `device-refused` for an invitation
 *   that is not good; `access-denied` for a sign-in that does not count, or that was given up; `already-exists` for a name
 *   that is taken; `too-busy`; `bad-message`
 */
export async function enroll(setup: EnrollSetup): Promise<Enrolled> {
  const progress = { mayBeADevice: false };
  const redeemed = (): void => void (progress.mayBeADevice = true);
  try {
    const contact = await contactEdge(setup.invitation, setup.now, setup.stop);
    return await takeUp(setup.invitation, contact, setup, redeemed);
  } catch (error) {
    if (!setup.stop.aborted || progress.mayBeADevice) throw error;
    throw new OpenGsaError('access-denied', 'not enrolled: interrupted');
  }
}

async function takeUp(
  invitation: Invitation,
  contact: Contact,
  setup: EnrollSetup,
  redeemed: () => void,
): Promise<Enrolled> {
  const redeem = async (proof: Proof) => {
    redeemed();
    return accept(await redeemBy(proof, contact, setup), contact, setup);
  };
  if (isOneTime(invitation)) return redeem({ secret: invitation.secret });
  const { organisation, signIn } = await offerOf(contact, setup);
  const salt = randomBytes(32).toString('base64url');
  const binding = { authority: invitation.authority, key: keyHash(setup.key), salt };
  return setup.signIn(
    { ...signIn, edge: contact.edge, organisation },
    {
      nonce: await enrollmentNonce(binding),
      byToken: (idToken) => redeem({ signIn: { idToken, salt } }),
      byCode: (issuer) => beginCode(issuer, contact, setup, redeemed),
    },
  );
}

type Proof = Pick<EnrollRequest, 'secret' | 'signIn' | 'ticket'>;

function redeemBy(
  proof: Proof,
  { ask }: Contact,
  { key, device, replaces }: EnrollSetup,
): Promise<Reply<EnrollAnswer>> {
  const body: EnrollRequest = { version: 1, ...proof, request: certificateRequest(key), device, replaces };
  return ask({ path: enrollPath, body }, enrollAnswer);
}

async function offerOf({ edge, ask }: Contact, { stop }: EnrollSetup) {
  const reply = await ask({ path: enrollPath, body: null, giveUp: stop }, enrollOffer);
  if (reply.kind === 'done' && reply.answer.signIn !== null) {
    return { organisation: reply.answer.organisation, signIn: reply.answer.signIn };
  }
  throw new OpenGsaError(
    'device-refused',
    `${edge}: nobody enrols here by signing in; ask for an invitation of your own`,
  );
}

/** Between two questions; the edge itself waits a while for the person. */
const askAgainMs = 1_000;

async function beginCode(
  issuer: string,
  contact: Contact,
  setup: EnrollSetup,
  redeemed: () => void,
): Promise<CodeToEnter> {
  const body: EnrollCodeRequest = { version: 1, issuer, request: certificateRequest(setup.key) };
  const begun = await contact.ask({ path: enrollCodePath, body, giveUp: setup.stop }, enrollCodeAnswer);
  if (begun.kind === 'refused') throw explainRefusal(contact, begun, setup.invitation);
  const { ticket, code, address, expiresInS } = begun.answer;
  const finish = async (): Promise<Enrolled> => {
    for (;;) {
      const reply = await redeemBy({ ticket }, contact, setup);
      if (reply.kind === 'done' || reply.error !== 'sign-in-pending') {
        redeemed();
        return accept(reply, contact, setup);
      }
      await delay(askAgainMs, undefined, { signal: setup.stop });
    }
  };
  return { code, address, expiresInS, finish };
}

async function accept(reply: Reply<EnrollAnswer>, contact: Contact, setup: EnrollSetup): Promise<Enrolled> {
  if (reply.kind === 'refused') {
    if (reply.error === 'key-known') await setup.discardKey();
    throw explainRefusal(contact, reply, setup.invitation);
  }
  const { certificate, bundle } = reply.answer;
  const { edge, authority } = contact;
  if (!isCertificateOf(setup.key, certificate, authority)) {
    throw new OpenGsaError('bad-message', `${edge}: gave a certificate that is not for this device's key`);
  }
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  const now = setup.now();
  const holds = validFromDate.getTime() <= now && now < validToDate.getTime();
  const enrolled = {
    ...{ certificate, authority, bundle },
    expiresAt: validToDate.toISOString(),
    concern: holds ? null : clockAdvice(now, reply.peerTime),
  };
  await setup.keep(enrolled);
  return enrolled;
}
