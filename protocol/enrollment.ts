// How a device joins an edge and renews its certificate: the questions and answers of both, as JSON over HTTPS.
import { z } from 'zod';
import { deviceBundle } from './device-bundle.ts';
import { personOffer, shownSignIn } from './person.ts';

/** On the enrolment listener, without a client certificate. GET: what it takes to enrol. POST: a device enrols. */
export const enrollPath = '/.well-known/opengsa/enroll';
/** POST on the enrolment listener: the edge begins a sign-in by a code, for a device without a browser. */
export const enrollCodePath = `${enrollPath}/code`;
/** Asked on the tunnel's connection, as the device whose certificate it renews. */
export const renewPath = '/.well-known/opengsa/renew';

/** The largest question and the largest answer, in bytes. */
export const enrollmentMaxBytes = 64 * 1024;

/** Short enough for a certificate's common name, and safe as a word of a shell. */
export const deviceName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'must have 1 to 64 letters, digits, dots, dashes or underscores and begin with a letter or digit',
  );

/** PKCS #10 (RFC 2986) in PEM, with an empty subject and no attributes: the edge alone says who the device is. */
const request = z.string().max(8192);
const fact = z.string().max(128);

/** What it takes to enrol without an invitation of one's own. */
export const enrollOffer = z.object({
  version: z.literal(1),
  organisation: z.string().max(200),
  /** Null: every device needs an invitation. */
  signIn: z
    .object({
      issuers: personOffer.shape.issuers.min(1),
      /** How long ago the person may have proved who they are to the issuer, in seconds; null: as long as the issuer lets them. */
      maxAge: z.int().positive().nullable(),
    })
    .nullable(),
});
export type EnrollOffer = z.infer<typeof enrollOffer>;

const ticket = z.base64url().length(43);

/** A device without a browser asks for a code, which a person enters in a browser anywhere. */
export const enrollCodeRequest = z.strictObject({
  version: z.literal(1),
  /** One of the offer's. */
  issuer: z.string().max(512),
  request,
});
export type EnrollCodeRequest = z.infer<typeof enrollCodeRequest>;

export const enrollCodeAnswer = z.object({
  version: z.literal(1),
  /** With it the device asks to be enrolled until the person has signed in. Of no use with another key. */
  ticket,
  code: z.string().max(64),
  address: z.url({ protocol: /^https$/ }).max(512),
  expiresInS: z.int().positive(),
});
export type EnrollCodeAnswer = z.infer<typeof enrollCodeAnswer>;

export const enrollRequest = z
  .strictObject({
    version: z.literal(1),
    /** The invitation's secret. */
    secret: z.string().max(128).optional(),
    /** Of a person who enrols the device by signing in, with `enrollmentNonce`. */
    signIn: shownSignIn.optional(),
    /** Of a sign-in by a code that the edge has begun for this device. */
    ticket: ticket.optional(),
    request,
    /** What the device says of itself; for people to read. The name counts where the invitation does not give one. */
    device: z.strictObject({ name: deviceName, system: fact, agent: fact }),
    /** Whether a device of that name which the same person has enrolled gives way. */
    replaces: z.boolean().optional(),
  })
  .refine(
    ({ secret, signIn, ticket: own }) =>
      [secret, signIn, own].filter((one) => one !== undefined).length === 1,
    { error: 'must have one of secret, signIn and ticket' },
  );
export type EnrollRequest = z.infer<typeof enrollRequest>;

export const renewRequest = z.strictObject({ version: z.literal(1), request });

export const enrollAnswer = z.object({
  version: z.literal(1),
  /** PEM. */
  certificate: z.string().max(16_384),
  /** PEM of the authority that signs the edge's certificate and the device's. */
  authority: z.string().max(16_384),
  bundle: deviceBundle,
});
export type EnrollAnswer = z.infer<typeof enrollAnswer>;

export const renewAnswer = z.object({ version: z.literal(1), certificate: z.string().max(16_384) });

/** Why a request was refused. */
export const enrollmentRefusals = {
  /** Unknown, used, revoked and expired invitations are told alike: a stranger who guesses must learn nothing. */
  'invitation-refused': 403,
  /** It does not count here; the message says why. */
  'sign-in-refused': 403,
  /** The person has not entered the code yet: ask again. */
  'sign-in-pending': 409,
  /** The sign-in may be good, and the keys of its issuer cannot be got at the moment. */
  'issuer-unavailable': 503,
  /** The sign-in is good, and the person has as many devices as a person may. */
  'too-many-devices': 409,
  'too-many-attempts': 429,
  'bad-request': 400,
  /** The certificate request breaks a rule; the message names it. */
  'bad-certificate-request': 400,
  /** The invitation or the sign-in is good, and another device has the name. */
  'name-taken': 409,
  /** The key is of a device that is revoked or was enrolled otherwise: another key is needed. */
  'key-known': 409,
  /** Somebody who is good, and asks far too often. */
  'too-busy': 429,
} as const;
export type EnrollmentRefusal = keyof typeof enrollmentRefusals;

export const enrollmentError = z.object({
  error: z.enum(Object.keys(enrollmentRefusals) as [EnrollmentRefusal]),
  message: z.string().max(1024),
});
export type EnrollmentError = z.infer<typeof enrollmentError>;
