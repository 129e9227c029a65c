// A device enrols by a one-time invitation: whoever holds the secret, once.
import type { Address } from '../../protocol/address.ts';
import type { EnrollAnswer, EnrollRequest } from '../../protocol/enrollment.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { Audit } from '../audit.ts';
import { readCertificateRequest } from '../identity/certificate-request.ts';
import type { InvitationRecord } from '../store/invitation-store.ts';
import type { Store } from '../store/store.ts';
import type { Guesses } from './guesses.ts';
import { type Outcome, type Refusal, refused } from './outcome.ts';
import type { Admission, Registry } from './registry.ts';
import { hashOfSecret } from './secret.ts';

export type ByInvitationParts = {
  readonly store: Store;
  readonly registry: Registry;
  readonly guesses: Guesses;
  readonly audit: Audit;
  readonly now: () => Date;
};

const notGood = refused(
  'invitation-refused',
  'the invitation is not good: it is unknown, or was used, or was revoked, or has expired; ask for another one',
);

export function enrollByInvitation(
  secret: string,
  asked: EnrollRequest,
  peer: Address,
  { store, registry, guesses, audit, now }: ByInvitationParts,
): Outcome<EnrollAnswer> {
  // Found by its hash: what is compared tells nothing about the secret, however long it takes.
  const hash = hashOfSecret(secret);
  const invitation = store.invitations.bySecretHash(hash);
  const refuse = (): Refusal => guesses.refuse(peer, whyNotGood(invitation, now()), notGood);
  if (invitation === null || (!isGood(invitation, now()) && !isUsed(invitation, now()))) return refuse();
  const request = readCertificateRequest(asked.request);
  if (request.kind === 'refused') {
    const fault = `certificate request ${request.reason}`;
    audit(peer.text, 'enrollment.refuse', `invitation ${invitation.id}: its ${fault}`);
    return refused('bad-certificate-request', `the ${fault}`);
  }
  if (invitation.deviceId !== null) return registry.again(invitation.deviceId, request.keyHash) ?? refuse();
  const admission: Admission = {
    by: `invitation ${invitation.id}`,
    name: invitation.device,
    profile: invitation.profile,
    owner: null,
    nameRemedy:
      invitation.device === null
        ? 'choose another with --name, or have that one revoked'
        : 'have that one revoked, or ask for an invitation with another name',
    confirm: () => (isGood(store.invitations.bySecretHash(hash), now()) ? null : refuse()),
    use: (deviceId) => {
      if (store.invitations.redeem(invitation.id, deviceId, now().toISOString())) return;
      throw new OpenGsaError('internal', `invitation ${invitation.id} was good a moment ago`);
    },
  };
  return registry.register(admission, asked, request, peer);
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
