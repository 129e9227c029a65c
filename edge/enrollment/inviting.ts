// What an administrator does with invitations: make one, list them, take one back.
import type { EdgeEndpoint } from '../../protocol/device-bundle.ts';
import { deviceName } from '../../protocol/enrollment.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { formatInvitation } from '../../protocol/invitation.ts';
import { parse } from '../../protocol/parse.ts';
import type { Audit } from '../audit.ts';
import { certificateThumbprint } from '../identity/pki.ts';
import type { InvitationRecord } from '../store/invitation-store.ts';
import type { Store } from '../store/store.ts';
import { newSecret, hashOfSecret } from './secret.ts';

export type InvitationWish = {
  /** The name that the device will have; null: it chooses one. */
  readonly device: string | null;
  /** The name of the only traffic profile that it may use; null: all of the edge's. */
  readonly profile: string | null;
  readonly lifetimeMs: number;
};

export type Inviting = {
  /**
   * @returns the invitation as the text to hand over; the secret is in it and nowhere else
   * @throws OpenGsaError `bad-usage`, `not-found` (profile), `already-exists` (name), or `bad-config` where no device
   *   could redeem it
   */
  readonly invite: (wish: InvitationWish, who: string) => { invitation: InvitationRecord; text: string };
  /**
   * @returns the text by which people enrol devices by signing in: where, and whom to trust there. It is no secret.
   * @throws OpenGsaError `bad-config` where nobody could
   */
  readonly openInvitation: () => string;
  readonly invitations: () => readonly InvitationRecord[];
  /** @throws OpenGsaError `not-found` where there is none that could be used */
  readonly revokeInvitation: (id: number, who: string) => InvitationRecord;
};

export type InvitingOptions = {
  readonly store: Store;
  /** The certificate of the authority, PEM. May throw. */
  readonly authority: () => string;
  /** Where devices enrol. May throw. */
  readonly enrollmentAt: () => EdgeEndpoint;
  /** Whether people may enrol devices by signing in. */
  readonly isOpen: boolean;
  /** The names of the edge's traffic profiles. May throw. */
  readonly profileNames: () => readonly string[];
  readonly now: () => Date;
  readonly audit: Audit;
};

/** Long enough that mail is read, short enough that a forgotten one is no door. */
export const longestInvitationDays = 30;
const lifetimeMs = { least: 60_000, most: longestInvitationDays * 86_400_000 };

export function createInviting(options: InvitingOptions): Inviting {
  const { store, audit } = options;
  return {
    invite(wish, who) {
      check(wish, options);
      const place = placeOf(options);
      const secret = newSecret();
      const at = options.now();
      const expiresAt = new Date(at.getTime() + wish.lifetimeMs).toISOString();
      const text = formatInvitation({ ...place, secret, expiresAt });
      return store.transaction(() => {
        const invitation = store.invitations.add({
          secretHash: hashOfSecret(secret),
          device: wish.device,
          profile: wish.profile,
          createdAt: at.toISOString(),
          expiresAt,
        });
        audit(who, 'invitations.add', describe(invitation));
        return { invitation, text };
      });
    },
    openInvitation: () => {
      if (options.isOpen) return formatInvitation(placeOf(options));
      throw new OpenGsaError(
        'bad-config',
        'enrollment.signIn: is not set, so nobody could enrol by signing in; set it ({} for the defaults) and restart the edge',
      );
    },
    invitations: () => store.invitations.list(),
    revokeInvitation: (id, who) =>
      store.transaction(() => {
        const invitation = store.invitations.revoke(id, options.now().toISOString());
        if (invitation === null) {
          throw new OpenGsaError('not-found', `there is no unused invitation ${id} to revoke`);
        }
        audit(who, 'invitations.revoke', describe(invitation));
        return invitation;
      }),
  };
}

/** Where to enrol, and whom to trust there. */
function placeOf({ authority, enrollmentAt }: InvitingOptions) {
  const { url, addresses } = enrollmentAt();
  return {
    url,
    ...(addresses === undefined ? {} : { addresses }),
    authority: certificateThumbprint(authority()),
  };
}

function check({ device, profile, lifetimeMs: wanted }: InvitationWish, options: InvitingOptions): void {
  if (wanted < lifetimeMs.least || wanted > lifetimeMs.most) {
    throw new OpenGsaError('bad-usage', 'an invitation lives from 1m to 30d');
  }
  if (device !== null) {
    parse(deviceName, device, 'the name of the device', 'bad-usage');
    if (options.store.devices.named(device) !== null)
      throw new OpenGsaError('already-exists', `a device named ${device} exists; revoke it first`);
  }
  if (profile === null) return;
  const names = options.profileNames();
  if (names.includes(profile)) return;
  throw new OpenGsaError(
    'not-found',
    `there is no profile named ${JSON.stringify(profile)} at this edge; there are: ${names.join(', ')}`,
  );
}

function describe({ id, device, profile, expiresAt }: InvitationRecord): string {
  const bound = [device === null ? [] : [`device ${device}`], profile === null ? [] : [`profile ${profile}`]];
  return [`invitation ${id} until ${expiresAt}`, ...bound.flat()].join(', ');
}
