// A sign-in as the edge knows it: shown, renewed in time, shown again, and over when issuer or edge say so.
import { beforeEach, expect, test, vi } from 'vitest';
import type { EdgePeople } from '../../../../agent/people/edge-people.ts';
import type { KeptSignIn } from '../../../../agent/people/kept-sign-in.ts';
import { createProof, type Proof } from '../../../../agent/people/proof.ts';
import { OpenGsaError } from '../../../../protocol/error.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const hour = 3_600_000;
const signIn: KeptSignIn = {
  issuer: { issuer: 'https://login.contoso.test', clientId: 'opengsa', scopes: ['openid'] },
  ...{ uid: 1000, name: '', signedInAt: 0, salt: 's', idToken: 'first', refreshToken: 'refresh-1' },
};
const person = { issuer: 'https://login.contoso.test', subject: 'megan', name: 'megan@contoso.test' };

let clock: ReturnType<typeof manualClock>;
let show: ReturnType<typeof vi.fn<EdgePeople['show']>>;
let renew: ReturnType<typeof vi.fn<(kept: KeptSignIn) => Promise<{ idToken: string; refreshToken: string }>>>;
let kept: KeptSignIn[];
let faults: string[];
let proof: Proof;

const session = () =>
  Promise.resolve({ id: 'session', person, expiresAt: new Date(clock.now() + hour).toISOString() });

beforeEach(() => {
  clock = manualClock();
  show = vi.fn<EdgePeople['show']>(session);
  renew = vi.fn(() => Promise.resolve({ idToken: 'second', refreshToken: 'refresh-2' }));
  [kept, faults] = [[], []];
  proof = createProof({
    edge: { show, offer: () => Promise.resolve(null), end: () => Promise.resolve() },
    ...{ renew, clock, changed: () => undefined, onFault: (reason) => faults.push(reason) },
    keep: (next) => {
      kept.push(next);
      return Promise.resolve();
    },
  });
});

/** Lets time pass until the next attempt, and the attempt come to its end. */
async function after(ms: number): Promise<void> {
  clock.advance(ms);
  await vi.waitFor(() => expect(clock.pending()).toBe(1));
}

test('a sign-in that counts is renewed after two thirds of its session, with the token that is newest', async () => {
  await proof.take(signIn);
  expect(proof.state()).toMatchObject({ kind: 'signed-in', name: person.name, session: 'session' });
  await after((hour * 2) / 3);
  expect(show).toHaveBeenLastCalledWith({ idToken: 'second', salt: 's' });
  expect(kept).toMatchObject([{ idToken: 'second', refreshToken: 'refresh-2' }]);
  await after((hour * 2) / 3);
  expect(renew).toHaveBeenLastCalledWith(expect.objectContaining({ refreshToken: 'refresh-2' }));
});

test('one that has expired meanwhile is renewed once, and then it is over', async () => {
  show.mockResolvedValueOnce('expired');
  await proof.take(signIn);
  expect(proof.state().kind).toBe('signed-in');
  show.mockResolvedValue('expired');
  await proof.take(signIn);
  expect(proof.state()).toMatchObject({
    kind: 'ended',
    cause: expect.stringContaining('expired') as unknown,
  });
  expect(renew).toHaveBeenCalledTimes(2);
});

test('an issuer that says no ends it; one that does not answer is asked again', async () => {
  await proof.take(signIn);
  renew.mockRejectedValueOnce(new OpenGsaError('upstream-failed', 'login.contoso.test cannot be asked'));
  await after((hour * 2) / 3);
  expect(proof.state().kind).toBe('signed-in');
  expect(faults).toEqual(['login.contoso.test cannot be asked']);
  renew.mockRejectedValueOnce(new OpenGsaError('access-denied', 'login.contoso.test says no: revoked'));
  clock.advance(15_000);
  await vi.waitFor(() => expect(proof.state().kind).toBe('ended'));
  expect(clock.pending()).toBe(0);
});

test('a session that ended before it could be renewed is no sign-in any more', async () => {
  await proof.take(signIn);
  renew.mockRejectedValue(new OpenGsaError('upstream-failed', 'login.contoso.test cannot be asked'));
  await after((hour * 2) / 3);
  expect(proof.state().kind).toBe('signed-in');
  clock.jump(hour);
  await after(15_000);
  await vi.waitFor(() => expect(proof.state()).toMatchObject({ kind: 'proving', name: person.name }));
  renew.mockResolvedValue({ idToken: 'third', refreshToken: 'refresh-3' });
  await after(15_000);
  await vi.waitFor(() => expect(proof.state().kind).toBe('signed-in'));
});

test('another edge is shown it, and whoever signs out meanwhile is not signed in by a late answer', async () => {
  await proof.take(signIn);
  const late = Promise.withResolvers<Awaited<ReturnType<EdgePeople['show']>>>();
  show.mockReturnValueOnce(late.promise);
  const shown = proof.showAgain();
  expect(proof.state().kind).toBe('proving');
  await proof.take(null);
  late.resolve(await session());
  await shown;
  expect(proof.state()).toEqual({ kind: 'signed-out' });
});
