// What a person should look at although the connection stands, the most consequential first.
import type { Attention, ConnectionState, SeenAs } from '../../protocol/status.ts';
import type { StatusInputs } from './status-inputs.ts';

export function attentionList(
  inputs: StatusInputs,
  connection: ConnectionState,
  seen: readonly SeenAs[],
): readonly Attention[] {
  const refused: Attention[] =
    inputs.profileFault === null ? [] : [{ kind: 'profile-refused', cause: inputs.profileFault }];
  if (connection.kind !== 'connected') return refused;
  return [
    ...signaling(inputs),
    ...ambiguous(inputs),
    ...unreachable(inputs),
    ...mismatch(inputs, seen),
    ...undecided(inputs),
    ...(inputs.view.kind === 'foreign' ? [{ kind: 'foreign-edge' } as const] : []),
    ...refused,
  ];
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

/** Only what is known to differ: a destination whose address is not known proves nothing. */
function mismatch({ watched }: StatusInputs, seen: readonly SeenAs[]): Attention[] {
  const known = watched.flatMap(({ group }, i) => {
    const answer = seen[i];
    const isKnown = group !== null && answer !== undefined && answer.addresses.length > 0;
    return isKnown ? [{ group, address: answer.addresses.join(' or ') }] : [];
  });
  return new Set(known.map(({ address }) => address)).size > 1
    ? [{ kind: 'address-mismatch', seen: known }]
    : [];
}

function undecided({ view, watched }: StatusInputs): Attention[] {
  if (view.kind !== 'known' || view.view.microsoft !== null) return [];
  // Without the Microsoft profile the organisation's choice changes nothing.
  const matters = watched.some(({ decision }) => decision.reason === 'microsoft-undecided');
  return matters ? [{ kind: 'microsoft-undecided' }] : [];
}
