// The Microsoft traffic profile as a switch: which one it is, and what turns it on or off from any place.
import type { Status } from '../../protocol/status.ts';

/** The agent's name for the profile that comes with it, and for an imported one in its place. */
export const microsoftProfileName = 'microsoft';

export function microsoftProfile(status: Status): Status['profiles'][number] | null {
  return status.profiles.find(({ name }) => name === microsoftProfileName) ?? null;
}

export type SwitchCall =
  | { readonly call: 'connect'; readonly params: Readonly<Record<string, never>> }
  | { readonly call: 'profile.set'; readonly params: { readonly name: string; readonly enabled: boolean } };

/** The calls to make, one after the other: the agent as a whole may be off as well. */
export function switchCalls(status: Status, on: boolean): readonly SwitchCall[] {
  const set = (enabled: boolean): SwitchCall => ({
    call: 'profile.set',
    params: { name: microsoftProfileName, enabled },
  });
  if (!on) return [set(false)];
  const profile = microsoftProfile(status);
  return [
    ...(status.connection.kind === 'disabled' ? [{ call: 'connect', params: {} } as const] : []),
    ...(profile !== null && !profile.enabled && !profile.locked ? [set(true)] : []),
  ];
}
