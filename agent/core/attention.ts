// What a person should look at although the connection stands, the most consequential first.
import type { SeenAs } from '../../protocol/seen-as.ts';
import type { Attention, ConnectionState } from '../../protocol/status.ts';
import { addressMismatch } from './address-mismatch.ts';
import type { StatusInputs } from './status-inputs.ts';

export function attentionList(
  inputs: StatusInputs,
  connection: ConnectionState,
  seen: readonly SeenAs[],
): readonly Attention[] {
  const rules = [...refusedProfile(inputs), ...idleRules(inputs)];
  if (connection.kind !== 'connected') return [...impaired(inputs), ...rules];
  return [
    ...impaired(inputs),
    ...signaling(inputs),
    ...ambiguous(inputs),
    ...unreachable(inputs),
    ...mismatch(seen),
    ...undecided(inputs),
    ...(inputs.view.kind === 'foreign' ? [{ kind: 'foreign-edge' } as const] : []),
    ...rules,
  ];
}

/** Whatever else stands: programs that are not captured go past it. */
function impaired({ capture }: StatusInputs): Attention[] {
  const [first] = capture.transparent?.obstacles ?? [];
  return first === undefined
    ? []
    : [{ kind: 'capture-impaired', cause: first.sentence, remedy: first.remedy }];
}

function refusedProfile({ profileFault }: StatusInputs): Attention[] {
  return profileFault === null ? [] : [{ kind: 'profile-refused', cause: profileFault }];
}

function idleRules({ programRuleFault: fault }: StatusInputs): Attention[] {
  if (fault?.reach !== 'all') return [];
  return [{ kind: 'program-rules-idle', cause: fault.cause, remedy: fault.remedy }];
}

function signaling({ view }: StatusInputs): Attention[] {
  if (view.kind !== 'known' || view.view.signaling.status === 'enabled') return [];
  return [{ kind: 'signaling-disabled', since: view.view.signaling.since }];
}

function ambiguous({ egress }: StatusInputs): Attention[] {
  return (['ipv4', 'ipv6'] as const).flatMap((family): Attention[] => {
    const { state, evidence } = egress[family];
    if (state !== 'ambiguous') return [];
    const named = evidence.flatMap(({ address, error }) =>
      address === null || error !== null ? [] : [address],
    );
    return [{ kind: 'address-ambiguous', family, candidates: [...new Set(named)] }];
  });
}

function unreachable({ channels }: StatusInputs): Attention[] {
  const names = channels.filter((channel) => channel.state === 'unreachable').map((channel) => channel.name);
  return names.length === 0 ? [] : [{ kind: 'channels-unreachable', unreachable: names }];
}

function mismatch(seen: readonly SeenAs[]): Attention[] {
  const differing = addressMismatch(seen);
  return differing === null
    ? []
    : [
        {
          kind: 'address-mismatch',
          seen: differing.map(({ group, addresses }) => ({ group, addresses: [...addresses] })),
        },
      ];
}

function undecided({ view, watched }: StatusInputs): Attention[] {
  if (view.kind !== 'known' || view.view.microsoft !== null) return [];
  // Without the Microsoft profile the organisation's choice changes nothing.
  const matters = watched.some(({ decision }) => decision.reason === 'microsoft-undecided');
  return matters ? [{ kind: 'microsoft-undecided' }] : [];
}
