// An invitation as one text that an administrator hands over: where to enrol, whom to trust there, and with which secret.
import { z } from 'zod';
import { crc32 } from './crc32.ts';
import { type ErrorCode, OpenGsaError } from './error.ts';
import { parse } from './parse.ts';

/** 32 bytes as base64url without padding. */
const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes in base64url');

const place = {
  /** `https://name:port` of the enrolment listener; its certificate is checked against the name. */
  url: z.url({ protocol: /^https$/ }).max(512),
  /** Dialled instead of resolving the name, in order. Absent: resolve. */
  addresses: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .min(1)
    .max(8)
    .optional(),
  /** SHA-256 of the DER form of the certificate of the authority that signs the edge's certificate. */
  authority: bytes32,
};

const oneTimeInvitation = z.strictObject({
  ...place,
  /** 256 random bits; good once. */
  secret: bytes32,
  /** ISO 8601. For people only: the edge's own clock decides. */
  expiresAt: z.iso.datetime(),
});
export type OneTimeInvitation = z.infer<typeof oneTimeInvitation>;

/** Without a secret it is no secret: whoever enrols by it signs in instead. */
const openInvitation = z.strictObject(place);
export type Invitation = OneTimeInvitation | z.infer<typeof openInvitation>;

/** Whether it admits one device by itself; else a person has to sign in. */
export function isOneTime(invitation: Invitation): invitation is OneTimeInvitation {
  return 'secret' in invitation;
}

/** Longer texts are not looked at: an invitation has some 300 characters, and the mail around it a few thousand. */
export const invitationMaxText = 64 * 1024;

/** `opengsa1_` + base64url of the JSON + `.` + CRC-32 of that JSON as eight hexadecimal digits. */
export function formatInvitation(invitation: Invitation): string {
  const payload = Buffer.from(JSON.stringify(checked(invitation, 'internal')));
  return `${mark}${payload.toString('base64url')}.${checksum(payload)}`;
}

/**
 * Finds the invitation in `text`, which may hold other words around it. Line breaks that a mail program put in are
 * passed over.
 *
 * @throws OpenGsaError `bad-message` that says whether there is none or it was damaged on the way; never its content
 */
export function parseInvitation(text: string): Invitation {
  if (text.length > invitationMaxText) {
    throw new OpenGsaError('bad-message', `invitation: longer than ${invitationMaxText / 1024} KiB`);
  }
  const [, body = null, sum = ''] = complete.exec(text) ?? [];
  if (body === null) {
    throw new OpenGsaError(
      'bad-message',
      text.includes(mark)
        ? 'invitation: it is cut off; copy all of it, to the last character'
        : `invitation: there is none in this text; it begins with ${mark}`,
    );
  }
  const payload = Buffer.from(withoutSpace(body), 'base64url');
  if (checksum(payload) !== withoutSpace(sum) || payload.toString('base64url') !== withoutSpace(body)) {
    throw new OpenGsaError('bad-message', 'invitation: it was damaged on the way; copy it again');
  }
  return checked(parseJson(payload), 'bad-message');
}

/** Whether `text` holds an invitation to its end, whatever it is worth: a prompt waits for no more then. */
export function holdsInvitation(text: string): boolean {
  return complete.test(text);
}

/** The kind decides first, so that a refusal names the fault and not both kinds. */
function checked(value: unknown, code: ErrorCode): Invitation {
  const hasSecret = typeof value === 'object' && value !== null && 'secret' in value;
  return parse(hasSecret ? oneTimeInvitation : openInvitation, value, 'invitation', code);
}

const mark = 'opengsa1_';
const complete = /opengsa1_((?:[A-Za-z0-9_-]\s*)+)\.\s*((?:[0-9a-f]\s*){7}[0-9a-f])/;

function withoutSpace(text: string): string {
  return text.replaceAll(/\s/g, '');
}

function checksum(payload: Uint8Array): string {
  return crc32(payload).toString(16).padStart(8, '0');
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8')) as unknown;
  } catch {
    // The text may hold the secret, and the parser quotes what it cannot read.
    throw new OpenGsaError('bad-message', 'invitation: is none of this program');
  }
}
