// Devices join here: by an invitation, or by a person who signs in.
import type { Address } from '../../protocol/address.ts';
import type {
  EnrollAnswer,
  EnrollCodeAnswer,
  EnrollCodeRequest,
  EnrollOffer,
  EnrollRequest,
} from '../../protocol/enrollment.ts';
import type { Audit } from '../audit.ts';
import type { Store } from '../store/store.ts';
import { enrollByInvitation } from './by-invitation.ts';
import {
  beginCode,
  type BySignInParts,
  enrollByCode,
  enrollBySignIn,
  maxAgeOf,
  readStrangersRequest,
  type SignInTerms,
} from './by-sign-in.ts';
import { createDeviceCodes } from './device-codes.ts';
import { createGuesses } from './guesses.ts';
import type { Issuing } from './issuing.ts';
import { type Outcome, refused } from './outcome.ts';
import { createOwnersDesk, type OwnersDeskOptions } from './owners-desk.ts';
import { createRegistry } from './registry.ts';

export type EnrollerOptions = {
  readonly store: Store;
  readonly audit: Audit;
  readonly issuing: Issuing;
  readonly organisation: string;
  /** The certificate of the edge's authority, PEM. */
  readonly authority: () => string;
  /** Null: every device needs an invitation. */
  readonly signIn: (SignInTerms & Pick<OwnersDeskOptions, 'devicesPerPerson' | 'profile'>) | null;
  readonly now: () => Date;
};

export type Enroller = {
  /** What it takes to enrol without an invitation of one's own. */
  readonly offer: () => EnrollOffer;
  readonly enroll: (request: EnrollRequest, peer: Address) => Promise<Outcome<EnrollAnswer>>;
  /** Begins a sign-in by a code. */
  readonly beginCode: (request: EnrollCodeRequest, peer: Address) => Promise<Outcome<EnrollCodeAnswer>>;
  /** Waits for nobody any more. */
  readonly close: () => void;
};

const invitationsOnly = refused(
  'sign-in-refused',
  'this edge enrols devices by invitation only: ask for an invitation',
);

export function createEnroller(options: EnrollerOptions): Enroller {
  const { store, audit, now, signIn, organisation, authority } = options;
  const guesses = createGuesses(audit, now);
  const codes = createDeviceCodes(() => now().getTime());
  const registry = createRegistry(store, audit, options.issuing);
  const parts = { store, registry, guesses, audit, now };
  const people: BySignInParts | null = signIn && {
    ...{ terms: signIn, guesses, codes, now, authority },
    desk: createOwnersDesk({ ...parts, ...signIn }),
  };
  return {
    offer: () => ({ version: 1, organisation, signIn: signIn && offerOf(signIn) }),
    enroll: async (asked, peer) => {
      const wait = guesses.wait(peer);
      if (wait !== null) return wait;
      if (asked.secret !== undefined) return enrollByInvitation(asked.secret, asked, peer, parts);
      if (people === null) return invitationsOnly;
      const request = readStrangersRequest(asked.request, peer, people);
      if (request.kind === 'refused') return request;
      return asked.signIn === undefined
        ? enrollByCode(asked.ticket ?? '', request, asked, peer, people)
        : enrollBySignIn(asked.signIn, request, asked, peer, people);
    },
    beginCode: async (asked, peer) => {
      const wait = guesses.wait(peer);
      if (wait !== null) return wait;
      if (people === null) return invitationsOnly;
      const request = readStrangersRequest(asked.request, peer, people);
      return request.kind === 'refused' ? request : beginCode(asked.issuer, request, peer, people);
    },
    close: codes.close,
  };
}

function offerOf(terms: SignInTerms): EnrollOffer['signIn'] {
  return { issuers: [...terms.offered], maxAge: maxAgeOf(terms) };
}
