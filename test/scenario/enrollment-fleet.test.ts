// A fleet that enrols at once, and many who race for one invitation: over real HTTPS, at a real edge.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchange } from '../../agent/enrollment/exchange.ts';
import { certificateRequest, makeDeviceKey } from '../../agent/enrollment/key-request.ts';
import { callEdge } from '../../edge/control/client.ts';
import type { OpenGsaError } from '../../protocol/error.ts';
import { enrollPath } from '../../protocol/enrollment.ts';
import { initEdge, serveEdge } from '../support/edge-program.ts';
import { enrollFleet, enrollPatiently, invite as inviteTo, inviteFleet } from '../support/fleet.ts';
import { createProgramGroup, type Program, type ProgramGroup } from '../support/processes.ts';

let group: ProgramGroup;
let edge: Program;
let keys: string[];

beforeAll(async () => {
  group = createProgramGroup();
  keys = await Promise.all(Array.from({ length: 4 }, makeDeviceKey));
  await initEdge(group, { listen: { tunnel: ['127.0.0.1:0'], enrollment: '127.0.0.1:0' } });
  ({ program: edge } = await serveEdge(group));
});
afterAll(() => group.end());

const socket = () => join(group.folder, 'state', 'control.sock');

const invite = (device: string | null) => inviteTo(socket(), device);

async function devices(): Promise<readonly { name: string; thumbprint: string }[]> {
  return (await callEdge(socket(), 'devices.list', {})).devices;
}

describe('strangers at the listener', () => {
  const asked = async (body: object, path = enrollPath) => {
    const invitation = await invite(null);
    return exchange(invitation, { path, body, authority: null });
  };

  test.each([
    ['nothing', {}],
    ['a request of another version', { version: 2 }],
    ['a secret of a megabyte', { secret: 'x'.repeat(1_000_000) }],
  ])('with %s are told what is wrong', async (_, body) => {
    const answer = await asked(body).catch((error: unknown) => error);
    if (answer instanceof Error) throw answer;
    expect(answer).toMatchObject({ body: expect.stringMatching(/^\{"error":"bad-request"/) as string });
  });

  test('find nothing else there', async () => {
    expect((await asked({}, '/')).status).toBe(404);
    expect((await asked({}, '/.well-known/opengsa/view')).status).toBe(404);
    const invitation = await invite(null);
    const { status, body } = await exchange(invitation, { path: enrollPath, body: null, authority: null });
    expect([status, JSON.parse(body)]).toEqual([200, { version: 1, organisation: 'Contoso', signIn: null }]);
  });

  test('who hold an invitation and send a foreign request lose neither', async () => {
    const invitation = await invite(null);
    const body = {
      version: 1,
      secret: invitation.secret,
      request: certificateRequest(keys[0]!).replace('M', 'N'),
      device: { name: 'x', system: '', agent: '' },
    };
    const answer = await exchange(invitation, { path: enrollPath, body, authority: null });
    expect([answer.status, answer.body]).toEqual([400, expect.stringMatching(/bad-certificate-request/)]);
  });
});

test('a fleet that redeems its invitations at once becomes as many devices, each once', async () => {
  const fleet = await inviteFleet(socket(), 60, keys);
  const certificates = await enrollFleet(fleet, 30);
  expect(new Set(certificates).size).toBe(60);
  const made = (await devices()).filter(({ name }) => name.startsWith('fleet-'));
  expect(made.map(({ name }) => name).sort()).toEqual(fleet.map(({ name }) => name).sort());
  expect(new Set(made.map(({ thumbprint }) => thumbprint)).size).toBe(60);
}, 60_000);

// The last: with so many wrong ones this address is not heard for a while.
test('50 who race for one invitation: one of them becomes a device, the others are told', async () => {
  const invitation = await invite(null);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, (_, i) => enrollPatiently(invitation, keys[i % 4]!, `racer-${i}`)),
  );
  const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  // Whoever asks with the winner's key is the winner asking again.
  expect(new Set(won).size).toBe(1);
  expect(won.length).toBeGreaterThan(0);
  expect((await devices()).filter(({ name }) => name.startsWith('racer-'))).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    expect(['device-refused', 'too-busy']).toContain((outcome.reason as OpenGsaError).code);
  }
  expect(edge.stderr()).not.toMatch(/fault of this program/);
}, 60_000);
