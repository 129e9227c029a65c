// A fleet that enrols at once, and many who race for one invitation: over real HTTPS, at a real edge.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchange } from '../../agent/enrollment/exchange.ts';
import { enroll } from '../../agent/enrollment/enroll.ts';
import { certificateRequest, makeDeviceKey } from '../../agent/enrollment/key-request.ts';
import { callEdge } from '../../edge/control/client.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { enrollPath } from '../../protocol/enrollment.ts';
import { type Invitation, parseInvitation } from '../../protocol/invitation.ts';
import { initEdge, serveEdge } from '../support/edge-program.ts';
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

async function invite(device: string | null): Promise<Invitation> {
  const wish = { device, profile: null, lifetimeMs: 3_600_000, uid: 1000 };
  return parseInvitation((await callEdge(socket(), 'invitations.add', wish)).text);
}

async function devices(): Promise<readonly { name: string; thumbprint: string }[]> {
  return (await callEdge(socket(), 'devices.list', {})).devices;
}

/** As a person does it: what failed on the way is done again with the same invitation and key. */
async function enrollPatiently(invitation: Invitation, key: string, name: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const device = { name, system: 'test', agent: 'test' };
      return (await enroll({ invitation, key, device, now: Date.now })).certificate;
    } catch (error) {
      const again = error instanceof OpenGsaError && error.code === 'edge-unreachable' && attempt < 5;
      if (!again) throw error;
    }
  }
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
    expect((await exchange(invitation, { path: enrollPath, body: null, authority: null })).status).toBe(405);
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

/** So many are on their way at any moment; a thousand clients in one process would only wait for each other. */
const atOnce = 100;

test('1,000 invitations redeemed by 100 at a time make 1,000 devices, each once', async () => {
  const names = Array.from({ length: 1000 }, (_, i) => `fleet-${i}`);
  const waiting: { readonly invitation: Invitation; readonly key: string }[] = [];
  for (const [i, name] of names.entries())
    waiting.push({ invitation: await invite(name), key: keys[i % 4]! });
  const began = performance.now();
  const certificates: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      certificates.push(await enrollPatiently(next.invitation, next.key, 'ignored'));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(`1,000 invitations were redeemed in ${seconds.toFixed(1)} s\n`);
  expect(new Set(certificates).size).toBe(1000);
  const fleet = (await devices()).filter(({ name }) => name.startsWith('fleet-'));
  expect(fleet.map(({ name }) => name).sort()).toEqual([...names].sort());
  expect(new Set(fleet.map(({ thumbprint }) => thumbprint)).size).toBe(1000);
}, 240_000);

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
