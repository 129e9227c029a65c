// Sign-ins by a code, for devices without a browser: begun at the issuer by the edge, which gets the token itself (RFC 8628).
// Issuers leave out of such tokens what would bind them to a device, so that none is taken from a device's hands.
import { randomBytes } from 'node:crypto';
import type { Address } from '../../protocol/address.ts';
import type { EnrollCodeAnswer } from '../../protocol/enrollment.ts';
import { explain } from '../../protocol/error.ts';
import type { DeviceCodeSignIn } from '../../protocol/gateway/issuer-client.ts';
import { networkOf } from '../core/guess-limit.ts';
import { type Outcome, refused } from './outcome.ts';
import { within } from './within.ts';

export type DeviceCodes = {
  /** @param ask asks the issuer for a code */
  readonly begin: (
    keyHash: string,
    peer: Address,
    ask: () => Promise<DeviceCodeSignIn>,
  ) => Promise<Outcome<EnrollCodeAnswer>>;
  /** Waits a while for the person. Null: there is no such ticket for this key. */
  readonly result: (ticket: string, keyHash: string) => Promise<CodeResult | null>;
  readonly close: () => void;
};

export type CodeResult =
  | { readonly kind: 'pending' }
  | { readonly kind: 'token'; readonly idToken: string }
  /** In the issuer's words, or what kept it from answering. */
  | { readonly kind: 'failed'; readonly cause: string };

/** The issuer is asked every few seconds for each, and anybody may begin one. */
export const mostCodes = { together: 64, perNetwork: 8 };
/** Devices ask again as soon as they were answered; one that has gone away needs no person any more. */
export const forgottenAfterMs = 30_000;
/** Short enough for a person who gives up at the device. */
const waitMs = 2_000;

type Attempt = {
  readonly keyHash: string;
  readonly network: string;
  readonly controller: AbortController;
  askedAtMs: number;
  done: Promise<unknown>;
  result: CodeResult;
};

export function createDeviceCodes(nowMs: () => number): DeviceCodes {
  const attempts = new Map<string, Attempt>();
  const forget = (ticket: string): void => {
    attempts.get(ticket)?.controller.abort();
    attempts.delete(ticket);
  };
  const hasRoom = (network: string): boolean => {
    for (const [ticket, { askedAtMs }] of attempts)
      if (nowMs() - askedAtMs > forgottenAfterMs) forget(ticket);
    const own = [...attempts.values()].filter((attempt) => attempt.network === network);
    return attempts.size < mostCodes.together && own.length < mostCodes.perNetwork;
  };

  return {
    begin: async (keyHash, peer, ask) => {
      const network = networkOf(peer);
      if (!hasRoom(network)) {
        return refused('too-busy', 'too many sign-ins wait for a person: try again in a minute');
      }
      const controller = new AbortController();
      const ticket = randomBytes(32).toString('base64url');
      const attempt: Attempt = {
        ...{ keyHash, network, controller, askedAtMs: nowMs(), result: { kind: 'pending' } },
        done: Promise.resolve(),
      };
      // Before the issuer has answered: many who ask at once are counted, too.
      attempts.set(ticket, attempt);
      try {
        const { finish, ...shown } = await ask();
        attempt.done = finish(controller.signal).then(
          ({ idToken }) => void (attempt.result = { kind: 'token', idToken }),
          (error: unknown) => void (attempt.result = { kind: 'failed', cause: explain(error) }),
        );
        return { kind: 'done', answer: { version: 1, ticket, ...shown } };
      } catch (error) {
        forget(ticket);
        return refused('issuer-unavailable', explain(error));
      }
    },
    result: async (ticket, keyHash) => {
      const attempt = attempts.get(ticket);
      if (attempt?.keyHash !== keyHash) return null;
      attempt.askedAtMs = nowMs();
      await within(attempt.done, waitMs);
      attempt.askedAtMs = nowMs();
      return attempt.result;
    },
    close: () => {
      for (const ticket of [...attempts.keys()]) forget(ticket);
    },
  };
}
