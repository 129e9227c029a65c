// What a person should look at although the connection stands, the most consequential first.
import type { Language } from '../../protocol/language.ts';
import type { SeenAs } from '../../protocol/seen-as.ts';
import type { Attention, ConnectionState } from '../../protocol/status.ts';
import { addressMismatch } from './address-mismatch.ts';
import { obstacleWords } from './capture-obstacle.ts';
import { programRuleWords } from './program-rule-fault.ts';
import type { StatusInputs } from './status-inputs.ts';

export function attentionList(
  inputs: StatusInputs,
  connection: ConnectionState,
  seen: readonly SeenAs[],
  language: Language,
): readonly Attention[] {
  const rules = [...refusedProfile(inputs), ...idleRules(inputs, language)];
  if (connection.kind !== 'connected') return [...impaired(inputs, language), ...rules];
  return [
    ...impaired(inputs, language),
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
function impaired({ capture }: StatusInputs, language: Language): Attention[] {
  const [first] = capture.transparent?.obstacles ?? [];
  if (first === undefined) return [];
  const { sentence, remedy } = obstacleWords(first, language);
  return [{ kind: 'capture-impaired', cause: sentence, remedy }];
}

function refusedProfile({ profileFault }: StatusInputs): Attention[] {
  return profileFault === null ? [] : [{ kind: 'profile-refused', cause: profileFault }];
}

function idleRules({ programRuleFault: fault }: StatusInputs, language: Language): Attention[] {
  if (fault?.reach !== 'all') return [];
  return [{ kind: 'program-rules-idle', ...programRuleWords(fault, language) }];
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
