// An edge that has shown the authority which an invitation names: what is asked of it, and what its answers mean.
import { createHash, X509Certificate } from 'node:crypto';
import type { z } from 'zod';
import {
  type EnrollmentError,
  enrollmentError,
  type EnrollmentRefusal,
  enrollPath,
} from '../../protocol/enrollment.ts';
import { type ErrorCode, explain, OpenGsaError } from '../../protocol/error.ts';
import { type Invitation, isOneTime } from '../../protocol/invitation.ts';
import { parse } from '../../protocol/parse.ts';
import { clockAdvice } from '../core/clock-advice.ts';
import { type Answer, exchange } from './exchange.ts';

export type Contact = {
  /** `name:port`. */
  readonly edge: string;
  /** PEM. */
  readonly authority: string;
  /**
   * @param body JSON, sent by POST; null: a GET
   * @throws OpenGsaError `edge-unreachable`, `edge-untrusted`, or `bad-message` for what no edge answers
   */
  readonly ask: <S extends z.ZodType>(
    question: { readonly path: string; readonly body: object | null; readonly giveUp?: AbortSignal },
    schema: S,
  ) => Promise<Reply<z.output<S>>>;
};

export type Reply<T> =
  | { readonly kind: 'done'; readonly answer: T; readonly peerTime: number | null }
  | ({ readonly kind: 'refused' } & EnrollmentError);

/**
 * Nothing but that somebody asks is told to a stranger.
 *
 * @param now this device's clock, in ms
 * @throws OpenGsaError `edge-unreachable`, or `edge-untrusted` for who is not the edge of the invitation
 */
export async function contactEdge(
  invitation: Invitation,
  now: () => number,
  giveUp: AbortSignal,
): Promise<Contact> {
  const edge = new URL(invitation.url).host;
  const first = await meet(invitation, edge, giveUp);
  const authority = authorityIn(first, invitation, edge);
  return {
    edge,
    authority,
    ask: async (question, schema) => {
      const answer = await exchange(invitation, { authority, ...question }).catch((error: unknown) => {
        throw failure(edge, error, first.peerTime, now());
      });
      const body = json(edge, answer.body);
      if (answer.status === 200) {
        const told = parse(schema, body, `answer of ${edge}`);
        return { kind: 'done', answer: told, peerTime: answer.peerTime };
      }
      const refused = enrollmentError.safeParse(body);
      if (refused.success) return { kind: 'refused', ...refused.data };
      throw new OpenGsaError('bad-message', `${edge}: answered ${answer.status}, and not as an edge does`);
    },
  };
}

const codes: Readonly<Record<EnrollmentRefusal, ErrorCode>> = {
  'invitation-refused': 'device-refused',
  'sign-in-refused': 'access-denied',
  'sign-in-pending': 'timeout',
  'key-known': 'device-refused',
  'issuer-unavailable': 'upstream-failed',
  'too-many-devices': 'device-refused',
  'too-many-attempts': 'too-busy',
  'too-busy': 'too-busy',
  'bad-request': 'bad-message',
  'bad-certificate-request': 'bad-message',
  'name-taken': 'already-exists',
};

/** What a person is told of it. */
export function explainRefusal(
  { edge }: Contact,
  { error, message }: EnrollmentError,
  invitation: Invitation,
): OpenGsaError {
  const until =
    error === 'invitation-refused' && isOneTime(invitation)
      ? ` (this one was good until ${invitation.expiresAt})`
      : '';
  return new OpenGsaError(codes[error], `${edge}: ${message}${until}`);
}

/** Nobody is trusted yet, and nothing is told but that somebody asks. */
async function meet(invitation: Invitation, edge: string, giveUp: AbortSignal): Promise<Answer> {
  try {
    return await exchange(invitation, { path: enrollPath, body: null, authority: null, giveUp });
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

function json(edge: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Whatever it is, an enrolment listener answers JSON.
    throw new OpenGsaError('bad-message', `${edge}: answered something that is not JSON`);
  }
}
