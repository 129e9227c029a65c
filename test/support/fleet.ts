// Many devices that enrol at an edge at once, each by an invitation of its own.
import { enroll } from '../../agent/enrollment/enroll.ts';
import { callEdge } from '../../edge/control/client.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import type { OneTimeInvitation } from '../../protocol/invitation.ts';
import { parseOneTime } from './one-time-invitation.ts';

export type FleetMember = {
  readonly invitation: OneTimeInvitation;
  readonly key: string;
  readonly name: string;
};

/** @param socket the edge's control socket */
export async function invite(socket: string, device: string | null): Promise<OneTimeInvitation> {
  const wish = { device, profile: null, lifetimeMs: 3_600_000, uid: 1000 };
  return parseOneTime((await callEdge(socket, 'invitations.add', wish)).text);
}

/** @param keys of devices, shared among them: that invitations differ is what counts */
export async function inviteFleet(
  socket: string,
  size: number,
  keys: readonly string[],
): Promise<FleetMember[]> {
  const fleet: FleetMember[] = [];
  for (let i = 0; i < size; i += 1) {
    const name = `fleet-${i}`;
    fleet.push({ invitation: await invite(socket, name), key: keys[i % keys.length] ?? '', name });
  }
  return fleet;
}

/** @returns the certificates, in no order. @param atOnce so many are on their way at any moment */
export async function enrollFleet(fleet: readonly FleetMember[], atOnce: number): Promise<string[]> {
  const waiting = [...fleet];
  const certificates: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      certificates.push(await enrollPatiently(next.invitation, next.key, 'ignored'));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return certificates;
}

/** As a person does it: what failed on the way is done again with the same invitation and key. */
export async function enrollPatiently(
  invitation: OneTimeInvitation,
  key: string,
  name: string,
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const device = { name, system: 'test', agent: 'test' };
      return (await enroll({ ...alone, invitation, key, device })).certificate;
    } catch (error) {
      const again = error instanceof OpenGsaError && error.code === 'edge-unreachable' && attempt < 5;
      if (!again) throw error;
    }
  }
}

/** For devices that nobody sits at and that keep no files. */
export const alone = {
  replaces: false,
  signIn: () => Promise.reject(new Error('a one-time invitation has nobody sign in')),
  keep: () => Promise.resolve(),
  discardKey: () => Promise.resolve(),
  stop: new AbortController().signal,
  now: Date.now,
};
