// Devices join here: by an invitation, or by a person who signs in.
import type { Address } from '../../protocol/address.ts';
import type { EnrollAnswer, EnrollOffer, EnrollRequest } from '../../protocol/enrollment.ts';
import type { OfferedIssuer } from '../../protocol/person.ts';
import type { Audit } from '../audit.ts';
import type { Store } from '../store/store.ts';
import { enrollByInvitation } from './by-invitation.ts';
import { enrollBySignIn, type SignInTerms } from './by-sign-in.ts';
import { createGuesses } from './guesses.ts';
import type { Issuing } from './issuing.ts';
import type { Outcome } from './outcome.ts';
import { createRegistry } from './registry.ts';

export type EnrollerOptions = {
  readonly store: Store;
  readonly audit: Audit;
  readonly issuing: Issuing;
  readonly organisation: string;
  /** The certificate of the edge's authority, PEM. */
  readonly authority: () => string;
  /** Null: every device needs an invitation. */
  readonly signIn: (SignInTerms & { readonly offered: readonly OfferedIssuer[] }) | null;
  readonly now: () => Date;
};

export type Enroller = {
  /** What it takes to enrol without an invitation of one's own. */
  readonly offer: () => EnrollOffer;
  readonly enroll: (request: EnrollRequest, peer: Address) => Promise<Outcome<EnrollAnswer>>;
};

export function createEnroller(options: EnrollerOptions): Enroller {
  const { store, audit, now, signIn, organisation } = options;
  const guesses = createGuesses(audit, now);
  const registry = createRegistry(store, audit, options.issuing);
  const parts = { store, registry, guesses, audit, now };
  return {
    offer: () => ({ version: 1, organisation, signIn: signIn && termsTold(signIn) }),
    enroll: async (asked, peer) => {
      const wait = guesses.wait(peer);
      if (wait !== null) return wait;
      return asked.signIn === undefined
        ? enrollByInvitation(asked.secret ?? '', asked, peer, parts)
        : enrollBySignIn(asked.signIn, asked, peer, { ...parts, ...options, terms: signIn });
    },
  };
}

function termsTold({ offered, maxAgeMs }: NonNullable<EnrollerOptions['signIn']>): EnrollOffer['signIn'] {
  return { issuers: [...offered], maxAge: maxAgeMs === null ? null : Math.ceil(maxAgeMs / 1000) };
}
