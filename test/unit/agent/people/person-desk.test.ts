// Signing out: in which order edge and device forget the person, and that an edge which is silent keeps nobody signed in.
import { beforeEach, expect, test, vi } from 'vitest';
import type { AskEdge } from '../../../../agent/people/edge-people.ts';
import type { KeptSignIn } from '../../../../agent/people/kept-sign-in.ts';
import { createPersonDesk, type PersonDesk } from '../../../../agent/people/person-desk.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const before: KeptSignIn = {
  issuer: { issuer: 'https://login.contoso.test', clientId: 'opengsa', scopes: ['openid'] },
  ...{ uid: 1000, name: '', signedInAt: 0, salt: 's', idToken: 'token', refreshToken: null },
};
const person = { issuer: 'https://login.contoso.test', subject: 'megan', name: 'megan@contoso.test' };

let clock: ReturnType<typeof manualClock>;
/** How the edge answers when it is told of the end. */
let end: () => Promise<void>;
let removed: number;
let faults: string[];
let desk: PersonDesk;

beforeEach(async () => {
  clock = manualClock();
  end = () => Promise.resolve();
  [removed, faults] = [0, []];
  const ask: AskEdge = async ({ method }) => {
    if (method === 'DELETE') await end();
    const expiresAt = new Date(clock.now() + 3_600_000).toISOString();
    const session = { id: 'A'.repeat(22), person, expiresAt };
    const offer = { issuers: [before.issuer], required: [] };
    return { status: 200, body: JSON.stringify(method === 'POST' ? session : offer) };
  };
  desk = createPersonDesk({
    ...{ ask, before, clock, ca: null, thumbprint: () => 'T', changed: () => undefined },
    whoConnects: () => Promise.resolve(null),
    onFault: (reason) => faults.push(reason),
    file: {
      read: () => Promise.resolve(null),
      write: () => Promise.resolve(),
      remove: () => {
        removed += 1;
        return Promise.resolve();
      },
    },
  });
  await desk.edgeConnected();
  expect(desk.state()).toMatchObject({ kind: 'signed-in', name: person.name });
});

test('the edge forgets first: what is asked of it afterwards is asked for nobody', async () => {
  const seen: string[] = [];
  end = () => {
    seen.push(desk.state().kind);
    return Promise.resolve();
  };
  await desk.signOut();
  expect(seen).toEqual(['signed-in']);
  expect([desk.state().kind, removed, faults]).toEqual(['signed-out', 1, []]);
});

test('an edge that cannot be told forgets by itself', async () => {
  end = () => Promise.reject(new Error('no edge is connected'));
  await desk.signOut();
  expect([desk.state().kind, removed, faults]).toEqual(['signed-out', 1, ['no edge is connected']]);
});

test('an edge that does not answer is waited for no longer than a person would', async () => {
  end = () => new Promise(() => undefined);
  const over = desk.signOut();
  await vi.waitFor(() => expect(clock.pending()).toBe(2));
  clock.advance(3_000);
  await over;
  expect([desk.state().kind, removed]).toEqual(['signed-out', 1]);
});
