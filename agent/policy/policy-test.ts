// The policy tester of a running agent: the decision of this moment, and everything that was looked at on the way to it.
import { formatDestination, formatHost } from '../../protocol/destination.ts';
import {
  type Matcher,
  precedenceOf,
  type RankedDestination,
  rankDestinations,
} from '../../protocol/matcher.ts';
import type { LowerBecause, PolicyAnswer, PolicyStep } from '../../protocol/policy-test.ts';
import { hasPort } from '../../protocol/port-set.ts';
import { buildPrefixTrie, findPrefix } from '../../protocol/prefix-trie.ts';
import { noRank } from '../../protocol/host-index.ts';
import { decide, type DecisionContext } from './decision.ts';
import type { Question } from './profile-verdict.ts';

/** A destination that is asked often would cost less with `Matcher.match`: this one looks at every rule. */
export function testPolicy(question: Question, context: DecisionContext): Omit<PolicyAnswer, 'seenAs'> {
  const { destination, protocol } = question;
  const decision = decide(destination, protocol, context);
  const { action, ruleId, reason, hardening, authentication } = decision;
  const down = decide(destination, protocol, { ...context, tunnel: 'down', mayWait: false });
  return {
    ...{ destination: formatDestination(destination), protocol },
    ...{ action, ruleId, reason, note: decision.note ?? null, hardening, authentication },
    tunnelDown: { action: down.action, reason: down.reason },
    looked: [...beforeRules(question, context), ...profileSteps(question, context)],
  };
}

function beforeRules(
  { destination, protocol }: Question,
  { ownHosts, mode, programRules }: DecisionContext,
): readonly PolicyStep[] {
  const programs = programRules.flatMap(({ matcher, programs: patterns }) =>
    matcher.match(destination.host, destination.port, protocol) === null ? [] : patterns,
  );
  return [
    { kind: 'own-hosts', matches: ownHosts.has(formatHost(destination.host)) },
    ...(mode === 'on' ? [] : [{ kind: 'mode', mode } as const]),
    ...(programRules.length === 0
      ? []
      : [{ kind: 'program-rules', rules: programRules.length, programs } as const]),
  ];
}

/** Which rule would decide holds also where own hosts or the mode come first; the steps before say so. */
function profileSteps(question: Question, { matchers }: DecisionContext): readonly PolicyStep[] {
  let decided = false;
  return matchers.flatMap((matcher): readonly PolicyStep[] => {
    const { profile } = matcher;
    const [best, ...others] = matchingRules(question, matcher);
    if (best === undefined) {
      const rules = profile.policies.reduce((sum, policy) => sum + policy.rules.length, 0);
      return [{ kind: 'profile', name: profile.name, rules }];
    }
    const first = decided ? 'profile' : null;
    decided = true;
    return [
      ruleStep(profile.name, best, first),
      ...others.map((other) => ruleStep(profile.name, other, first ?? precedenceOf(best, other))),
    ];
  });
}

/** The rules that name the destination, each once with its best match, the deciding one first. */
function matchingRules({ destination, protocol }: Question, matcher: Matcher): readonly RankedDestination[] {
  const seen = new Set<string>();
  return rankDestinations(matcher.profile).filter((candidate) => {
    const { rule } = candidate.match;
    if (rule.protocol !== protocol || seen.has(rule.id) || !names(candidate, destination)) return false;
    seen.add(rule.id);
    return true;
  });
}

function names({ target, ports }: RankedDestination, { host, port }: Question['destination']): boolean {
  if (target.kind === 'name')
    return host.kind === 'name' && hasPort(ports, port) && target.pattern.matches(host.name);
  if (host.kind !== 'address') return false;
  return (
    findPrefix(buildPrefixTrie([{ block: target.block, ports, rank: 0 }]), host.address, port) !== noRank
  );
}

function ruleStep(
  profile: string,
  { match: { policy, rule, destination } }: RankedDestination,
  lower: LowerBecause | null,
): PolicyStep {
  return {
    kind: 'rule',
    profile,
    ...{ policy: policy.name, policyEnabled: policy.state === 'enabled', ruleId: rule.id, destination },
    ...{ action: rule.action, category: rule.category, endpointSetId: rule.endpointSetId ?? null, lower },
  };
}
