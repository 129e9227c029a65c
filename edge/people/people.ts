// People at devices: answers the requests of a device about the person at it, and tells whose a flow is.
import { randomBytes } from 'node:crypto';
import { personNonce } from '../../protocol/nonce.ts';
import {
  type Person,
  type PersonOffer,
  type PersonRefusal,
  type PersonSession,
  shownSignIn,
} from '../../protocol/person.ts';
import { createPersonSessions, type GroupedPerson } from './person-sessions.ts';
import { type TrustedIssuer, verifyIdToken } from './id-token.ts';

/** A device beyond its present certificate, of which it is asked: a renewal must not sign anybody out. */
export type DeviceIdentities = {
  readonly idOf: (thumbprint: string) => string;
  /** Of all certificates of the device. */
  readonly thumbprintsOf: (thumbprint: string) => readonly string[];
};

export type PeopleOptions = {
  readonly offer: PersonOffer;
  readonly issuers: readonly TrustedIssuer[];
  /** How long one proof counts at most. */
  readonly sessionMs: number;
  readonly devices: DeviceIdentities;
  readonly nowMs: () => number;
  /** For the log; never a token. */
  readonly onRefused: (thumbprint: string, reason: PersonRefusal) => void;
};

export type People = {
  readonly offer: PersonOffer;
  /** A sign-in is shown. */
  readonly signIn: (thumbprint: string, body: string) => Promise<PersonSession | PersonRefusal>;
  readonly signOut: (thumbprint: string, id: string) => void;
  /** Whose flow it is by the field of its request; null: nobody's who is signed in at that device. */
  readonly personOf: (thumbprint: string, id: string | null) => Person | null;
  /** @param thumbprint of any certificate of the device */
  readonly peopleAt: (thumbprint: string) => readonly GroupedPerson[];
};

export function createPeople(options: PeopleOptions): People {
  const { offer, issuers, sessionMs, devices, nowMs } = options;
  const sessions = createPersonSessions(nowMs, () => randomBytes(16).toString('base64url'));
  const bind = async (thumbprint: string, body: string): Promise<PersonSession | PersonRefusal> => {
    const shown = shownSignIn.safeParse(readJson(body));
    if (!shown.success) return 'malformed';
    const device = devices.idOf(thumbprint);
    const { idToken, salt } = shown.data;
    // One for each of its certificates: a renewal must not make the sign-in another device's.
    const nonces = await Promise.all(devices.thumbprintsOf(thumbprint).map((own) => personNonce(own, salt)));
    const judged = await verifyIdToken(idToken, nonces, issuers, nowMs());
    if (judged.kind === 'refused') return judged.reason;
    const { person, begins } = judged;
    // Without a nonce it could be anybody's token, shown from anywhere: it only prolongs what a bound one began.
    if (!begins && !sessions.isBound(device, person)) return 'nonce';
    const bound = sessions.bind(device, judged, Math.min(judged.expiresAtMs, nowMs() + sessionMs));
    if (bound === null) return 'too-many';
    return { id: bound.id, person, expiresAt: new Date(bound.expiresAtMs).toISOString() };
  };
  return {
    offer,
    signIn: async (thumbprint, body) => {
      const result = await bind(thumbprint, body);
      if (typeof result === 'string') options.onRefused(thumbprint, result);
      return result;
    },
    signOut: (thumbprint, id) => sessions.end(devices.idOf(thumbprint), id),
    peopleAt: (thumbprint) => sessions.peopleAt(devices.idOf(thumbprint)),
    personOf: (thumbprint, id) =>
      id === null ? null : (sessions.find(devices.idOf(thumbprint), id)?.person ?? null),
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What a device sends is judged by its schema.
    return null;
  }
}
