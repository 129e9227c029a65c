// Makes devices of invitations, and renews their certificates: each as one transaction, or not at all.
import { X509Certificate } from 'node:crypto';
import type { Address } from '../../protocol/address.ts';
import type { DeviceBundle } from '../../protocol/device-bundle.ts';
import type {
  EnrollAnswer,
  EnrollmentError,
  EnrollmentRefusal,
  EnrollRequest,
} from '../../protocol/enrollment.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { Audit } from '../audit.ts';
import type { Endpoints } from '../core/endpoints.ts';
import { createGuessLimit, type GuessRates } from '../core/guess-limit.ts';
import { fullBucket, type Rate, takeToken, type TokenBucket } from '../core/limits.ts';
import { readCertificateRequest } from '../identity/certificate-request.ts';
import { certificateThumbprint, certifyDevice, type Credential } from '../identity/pki.ts';
import type { Device, DeviceCertificate } from '../store/device-store.ts';
import type { InvitationRecord } from '../store/invitation-store.ts';
import type { Store } from '../store/store.ts';
import { hashOfSecret } from './secret.ts';

export type EnrollerOptions = {
  readonly store: Store;
  readonly organisation: string;
  /** How long a device's certificate holds, in ms. */
  readonly lifetimeMs: number;
  readonly issuing: () => { readonly authority: Credential; readonly jwks: DeviceBundle['jwks'] };
  readonly endpoints: () => Endpoints;
  readonly now: () => Date;
  readonly audit: Audit;
};

export type Outcome<T> =
  { readonly kind: 'done'; readonly answer: T } | ({ readonly kind: 'refused' } & EnrollmentError);

export type Enroller = {
  readonly enroll: (request: EnrollRequest, peer: Address) => Outcome<EnrollAnswer>;
  /** @param thumbprint of the certificate that the device has proved, of a device in good standing */
  readonly renew: (thumbprint: string, request: string) => Outcome<{ version: 1; certificate: string }>;
};

/** A device renews a few times in its certificate's life; one that is out of order must not keep the disk busy. */
const renewRate: Rate = { burst: 5, perSecond: 1 / 60 };
/** An audit entry for each that is wrong waits for the disk. */
const guessRates: GuessRates = {
  perAddress: { burst: 10, perSecond: 1 / 30 },
  together: { burst: 60, perSecond: 1 },
};
const refusedInvitation =
  'the invitation is not good: it is unknown, or was used, or was revoked, or has expired; ask for another one';

export function createEnroller(options: EnrollerOptions): Enroller {
  const { store, now, audit } = options;
  const guesses = createGuessLimit(guessRates, now().getTime());
  const renewals = new Map<number, TokenBucket>();
  let unwritten = 0;

  const refuseInvitation = (peer: Address, found: InvitationRecord | null): Outcome<never> => {
    if (!guesses.wasWrong(peer, now().getTime())) {
      unwritten += 1;
      return tooMany();
    }
    const more = unwritten === 0 ? '' : `, and ${unwritten} more that were not written down`;
    unwritten = 0;
    audit(peer.text, 'enrollment.refuse', `${whyNotGood(found, now())}${more}`);
    return refused('invitation-refused', refusedInvitation);
  };

  return {
    enroll(request, peer) {
      if (guesses.waitMs(peer, now().getTime()) > 0) {
        unwritten += 1;
        return tooMany();
      }
      // Found by its hash: what is compared tells nothing about the secret, however long it takes.
      const invitation = store.invitations.bySecretHash(hashOfSecret(request.secret));
      if (invitation === null || (!isGood(invitation, now()) && !isUsed(invitation, now()))) {
        return refuseInvitation(peer, invitation);
      }
      const csr = readCertificateRequest(request.request);
      if (csr.kind === 'refused') {
        audit(
          peer.text,
          'enrollment.refuse',
          `invitation ${invitation.id}: its certificate request ${csr.reason}`,
        );
        return refused('bad-certificate-request', `the certificate request ${csr.reason}`);
      }
      if (invitation.deviceId !== null) {
        const again = sameAgain(invitation.deviceId, csr.keyHash, options);
        return again ?? refuseInvitation(peer, invitation);
      }
      return become(invitation, request, csr, peer, options) ?? refuseInvitation(peer, invitation);
    },

    renew(thumbprint, request) {
      const device = store.devices.byThumbprint(thumbprint);
      if (device === null) return refused('bad-request', 'there is no such device');
      const who = `device ${device.name}`;
      const csr = readCertificateRequest(request);
      if (csr.kind === 'refused') {
        audit(who, 'enrollment.refuse', `renewal: its certificate request ${csr.reason}`);
        return refused('bad-certificate-request', `the certificate request ${csr.reason}`);
      }
      const known = store.devices.certificateFor(device.id, csr.keyHash);
      if (known !== null) return { kind: 'done', answer: { version: 1, certificate: known } };
      const nowMs = now().getTime();
      const left = takeToken(renewals.get(device.id) ?? fullBucket(renewRate, nowMs), renewRate, nowMs);
      if (left === null) return refused('too-busy', 'this device renews too often; try again in a minute');
      renewals.set(device.id, left);
      const issued = certify(device.name, csr, options);
      store.transaction(() => {
        store.devices.addCertificate(device.id, issued);
        audit(who, 'devices.renew', `${device.name} ${issued.thumbprint}`);
      });
      return { kind: 'done', answer: { version: 1, certificate: issued.certificate } };
    },
  };
}

type GoodRequest = Extract<ReturnType<typeof readCertificateRequest>, { kind: 'good' }>;

/** Null where somebody else was faster with the same invitation. */
function become(
  invitation: InvitationRecord,
  request: EnrollRequest,
  csr: GoodRequest,
  peer: Address,
  options: EnrollerOptions,
): Outcome<EnrollAnswer> | null {
  const { store, now, audit } = options;
  const name = invitation.device ?? request.device.name;
  // Asked before anything is written: a device that cannot be told where the edge is must not be registered.
  const issued = certify(name, csr, options);
  const answer = answerFor(name, issued.certificate, options);
  return store.transaction(() => {
    if (store.devices.hasName(name)) {
      audit(peer.text, 'enrollment.refuse', `invitation ${invitation.id}: a device named ${name} exists`);
      return refused('name-taken', `a device named ${name} exists: ${nameRemedy(invitation)}`);
    }
    const at = now().toISOString();
    if (!isGood(store.invitations.bySecretHash(hashOfSecret(request.secret)), now())) return null;
    const { profile } = invitation;
    const device = store.devices.add({ ...issued, name, createdAt: issued.issuedAt, profile });
    if (!store.invitations.redeem(invitation.id, device.id, at)) {
      throw new OpenGsaError('internal', `invitation ${invitation.id} was good a moment ago`);
    }
    const { system, agent } = request.device;
    const facts = [system, agent].map(printable).filter((text) => text !== '');
    audit(
      peer.text,
      'devices.enroll',
      [`${name} ${device.thumbprint} by invitation ${invitation.id}`, ...facts].join(', '),
    );
    return { kind: 'done', answer };
  });
}

/** For a device whose answer was lost: it holds the key that the invitation was used with, and gets what it missed. */
function sameAgain(
  deviceId: number,
  keyHash: string,
  options: EnrollerOptions,
): Outcome<EnrollAnswer> | null {
  const certificate = options.store.devices.certificateFor(deviceId, keyHash);
  if (certificate === null) return null;
  const device = options.store.devices.byThumbprint(certificateThumbprint(certificate));
  if (device?.revokedAt !== null) return null;
  return { kind: 'done', answer: answerFor(device.name, certificate, options) };
}

function answerFor(name: Device['name'], certificate: string, options: EnrollerOptions): EnrollAnswer {
  const { authority, jwks } = options.issuing();
  const bundle: DeviceBundle = {
    version: 1,
    organisation: options.organisation,
    device: name,
    ...options.endpoints(),
    jwks,
  };
  return { version: 1, certificate, authority: authority.certificate, bundle };
}

function certify(
  name: string,
  { publicKey, keyHash }: GoodRequest,
  { issuing, organisation, lifetimeMs, now }: EnrollerOptions,
): DeviceCertificate & { readonly certificate: string } {
  const at = now();
  const certificate = certifyDevice(issuing().authority, { name, organisation, publicKey, lifetimeMs }, at);
  return {
    thumbprint: certificateThumbprint(certificate),
    issuedAt: at.toISOString(),
    expiresAt: new X509Certificate(certificate).validToDate.toISOString(),
    keyHash,
    certificate,
  };
}

function isGood(invitation: InvitationRecord | null, now: Date): boolean {
  return (
    invitation !== null &&
    invitation.redeemedAt === null &&
    invitation.revokedAt === null &&
    now.toISOString() < invitation.expiresAt
  );
}

/** Used, and as young as it would have to be to be used: its device may have missed the answer. */
function isUsed({ redeemedAt, expiresAt }: InvitationRecord, now: Date): boolean {
  return redeemedAt !== null && now.toISOString() < expiresAt;
}

/** For the audit log only. */
function whyNotGood(invitation: InvitationRecord | null, now: Date): string {
  if (invitation === null) return 'an unknown invitation';
  const { id, redeemedAt, revokedAt } = invitation;
  if (revokedAt !== null) return `invitation ${id} was revoked`;
  if (redeemedAt !== null) return `invitation ${id} was used before, with another key`;
  return isGood(invitation, now) ? `invitation ${id} is in use` : `invitation ${id} has expired`;
}

function nameRemedy({ device }: InvitationRecord): string {
  return device === null
    ? 'choose another with --name, or have that one revoked'
    : 'have that one revoked, or ask for an invitation with another name';
}

/** What a stranger says ends in a log that people read. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

function tooMany(): Outcome<never> {
  return refused('too-many-attempts', 'too many wrong invitations: wait some minutes, then try again');
}

function refused(error: EnrollmentRefusal, message: string): Outcome<never> {
  return { kind: 'refused', error, message };
}
