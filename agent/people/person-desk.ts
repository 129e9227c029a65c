// Signing in and out at this device: one sign-in under way at a time, one person at a time, bound to one account.
import { randomBytes } from 'node:crypto';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import { personNonce } from '../../protocol/nonce.ts';
import type { PersonOffer } from '../../protocol/person.ts';
import type { TrafficType } from '../../protocol/profile.ts';
import type { Clock } from '../clock.ts';
import {
  linkWithPerson,
  personPhase,
  type PersonRequirement,
  type PersonState,
} from '../core/person-state.ts';
import type { Link } from '../core/status-inputs.ts';
import { createAttempts } from './attempt.ts';
import { chooseIssuer } from './choose-issuer.ts';
import { signInByBrowser } from './browser-sign-in.ts';
import { type AskEdge, createEdgePeople, type EdgePeople } from './edge-people.ts';
import { createIssuerClient, type Tokens } from '../../protocol/gateway/issuer-client.ts';
import type { KeptSignIn, SignInFile } from './kept-sign-in.ts';
import { createProof, type Proof } from './proof.ts';
import type { SocketEnds } from './redirect-listener.ts';

export type SignInWish = {
  readonly how: 'browser' | 'device-code';
  /** The account whose flows will be the person's; null where the machine does not tell accounts. */
  readonly uid: number | null;
  /** Null: the edge's first. */
  readonly issuer: string | null;
};

export type SignInStarted =
  | { readonly kind: 'browser'; readonly url: string }
  | {
      readonly kind: 'device-code';
      readonly code: string;
      readonly address: string;
      readonly expiresInS: number;
    };

export type SignInProgress =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'signed-in'; readonly name: string }
  | { readonly kind: 'failed'; readonly cause: string };

export type PersonDesk = {
  readonly state: () => PersonState;
  /** Whether people can sign in at the edge that was connected last. */
  readonly isOffered: () => boolean;
  /** Takes the place of one that is under way. @throws OpenGsaError */
  readonly signIn: (wish: SignInWish) => Promise<SignInStarted>;
  /** What has become of the last `signIn`; waits a while for it. */
  readonly progress: () => Promise<SignInProgress>;
  readonly signOut: () => Promise<void>;
  /** The session for flows of this account; null: they are nobody's. */
  readonly sessionOf: (uid: number | null) => { readonly session: string; readonly name: string } | null;
  /** Whether anybody is signed in, so that it is worth finding out whose a flow is. */
  readonly isAnybody: () => boolean;
  /** What the edge takes from signed-in people only, and how that fares. */
  readonly requirement: () => PersonRequirement;
  /** `link`, or what stands in its way while a person is missing for traffic that is in use. */
  readonly gate: (link: Link, inUse: ReadonlySet<TrafficType>) => Link;
  /** An edge has connected. */
  readonly edgeConnected: () => Promise<void>;
  readonly stop: () => void;
};

export type PersonDeskSetup = {
  /** Of the device's certificate at that moment. */
  readonly thumbprint: () => string;
  readonly ask: AskEdge;
  readonly file: SignInFile;
  /** The sign-in of the last run. */
  readonly before: KeptSignIn | null;
  /** PEM of the authorities of issuers; null: the system's. */
  readonly ca: string | null;
  /** The account of the program behind a connection to this machine; null: not known. */
  readonly whoConnects: (ends: SocketEnds) => Promise<number | null>;
  readonly clock: Clock;
  readonly changed: () => void;
  readonly onFault: (reason: string) => void;
};

/** What the person reads in the browser. */
const tell = {
  done: (name: string) => `You are signed in as ${name}. You can close this page.`,
  failed: (cause: string) => `You are not signed in: ${cause}`,
};

export function createPersonDesk(setup: PersonDeskSetup): PersonDesk {
  const { clock, changed, onFault, file } = setup;
  const edge = createEdgePeople(setup.ask);
  const attempts = createAttempts(clock);
  const proof = createProof({
    ...{ edge, clock, changed, onFault, keep: file.write },
    renew: ({ issuer, refreshToken }) => createIssuerClient(issuer, setup.ca).renew(refreshToken ?? ''),
  });
  let offer: PersonOffer | null = null;
  /** Until an edge that can be asked has connected, or the person has decided anew. */
  let { before } = setup;
  const required = (): readonly TrafficType[] => offer?.required ?? [];

  return {
    state: proof.state,
    isOffered: () => (offer?.issuers.length ?? 0) > 0,
    signIn: async (wish) => {
      offer = await edge.offer();
      before = null;
      const issuer = chooseIssuer(offer?.issuers ?? [], wish.issuer);
      const client = createIssuerClient(issuer, setup.ca);
      const salt = randomBytes(32).toString('base64url');
      const asked = { nonce: await personNonce(setup.thumbprint(), salt), maxAge: null };
      const accept = (tokens: Tokens): Promise<string> =>
        acceptSignIn({ issuer, uid: wish.uid, salt, ...tokens }, proof, setup);
      if (wish.how === 'device-code') {
        const { finish, ...shown } = await client.byDeviceCode(asked);
        attempts.begin(async (giveUp) => accept(await finish(giveUp)));
        return { kind: 'device-code', ...shown };
      }
      const isAsker = async (browser: SocketEnds): Promise<boolean> => {
        const uid = await setup.whoConnects(browser);
        return uid === null || wish.uid === null || uid === wish.uid;
      };
      const { url, finished } = await signInByBrowser({ client, asked, isAsker, accept, tell });
      attempts.begin(finished);
      return { kind: 'browser', url };
    },
    progress: attempts.progress,
    signOut: async () => {
      attempts.cancel();
      before = null;
      await signOut(proof, edge, setup);
    },
    sessionOf: (uid) => {
      const [state, kept] = [proof.state(), proof.kept()];
      if (state.kind !== 'signed-in' || kept === null || uid === null || kept.uid !== uid) return null;
      return { session: state.session, name: state.name };
    },
    isAnybody: () => proof.state().kind === 'signed-in',
    requirement: () => ({ required: required(), phase: personPhase(proof.state()) }),
    gate: (link, inUse) =>
      linkWithPerson(
        link,
        proof.state(),
        required().filter((type) => inUse.has(type)),
      ),
    edgeConnected: async () => {
      offer = await edge.offer().catch((error: unknown) => {
        onFault(explain(error));
        return offer;
      });
      changed();
      const first = before;
      before = null;
      await (first === null ? proof.showAgain() : proof.take(first));
    },
    stop: () => {
      attempts.cancel();
      proof.stop();
    },
  };
}

/** A sign-in that does not count leaves everything as it was. */
async function acceptSignIn(
  signIn: Omit<KeptSignIn, 'name' | 'signedInAt'>,
  proof: Proof,
  { clock, file }: PersonDeskSetup,
): Promise<string> {
  const former = proof.kept();
  await proof.take({ ...signIn, name: '', signedInAt: clock.now() });
  const [state, proven] = [proof.state(), proof.kept()];
  if (state.kind === 'signed-in' && proven !== null) {
    await file.write(proven);
    return state.name;
  }
  await proof.take(former);
  const cause = state.kind === 'ended' ? state.cause : 'the edge did not answer; try again';
  throw new OpenGsaError('access-denied', cause);
}

/** The longest that signing out waits for the edge, in ms. */
const endWaitMs = 3_000;

/**
 * At the edge first: whoever asks it for what the person has, once nobody is signed in here, must find nobody there. It
 * forgets the person by itself where it cannot be told.
 */
async function signOut(proof: Proof, edge: EdgePeople, setup: PersonDeskSetup): Promise<void> {
  const state = proof.state();
  if (state.kind === 'signed-in') {
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setup.clock.setTimer(() => resolve(undefined), endWaitMs);
    const told = edge.end(state.session).catch((error: unknown) => setup.onFault(explain(error)));
    await Promise.race([told, late]);
    timer.cancel();
  }
  await proof.take(null);
  await setup.file.remove();
}
