// The policy tester's answer: what a profile says of one destination, without an agent.
import {
  type Destination,
  type TransportProtocol,
  parseHost,
  parsePort,
} from '../../protocol/destination.ts';
import type { Matcher } from '../../protocol/matcher.ts';
import type { AuthenticationKind } from '../../protocol/profile.ts';
import { authenticationOf } from '../../protocol/profiles/authentication.ts';
import { firstMatch, ruleVerdict } from './decision.ts';
import { listCategory } from '../../protocol/profiles/endpoint-list.ts';
import type { ProgramRule } from './program-rules.ts';

export type Question = { readonly destination: Destination; readonly protocol: TransportProtocol };

export type ProfileVerdict = {
  readonly match: {
    readonly serviceArea: string | null;
    /** As the endpoint list spells it: Optimize, Allow, Default. */
    readonly category: string;
    readonly endpointSetId: number | null;
    readonly destination: string;
    readonly ruleId: string;
    readonly policy: string;
  } | null;
  readonly action: 'forward' | 'bypass' | 'block' | null;
  readonly authentication: AuthenticationKind | null;
  /** `rule-forward`, `rule-bypass`, `policy-disabled`, `no-rule`, or `malformed: …` for what is no question. */
  readonly reason: string;
  /** Programs for which another rule comes first; absent where there are none. */
  readonly programs?: readonly string[];
};

export function testDestination(
  { destination, protocol }: Question,
  matchers: readonly Matcher[],
  byProgram: readonly ProgramRule[] = [],
): ProfileVerdict {
  const { host, port } = destination;
  const programs = byProgram.flatMap((rule) =>
    rule.matcher.match(host, port, protocol) === null ? [] : rule.programs,
  );
  const verdict = forEverybody({ destination, protocol }, matchers);
  return programs.length === 0 ? verdict : { ...verdict, programs };
}

function forEverybody({ destination, protocol }: Question, matchers: readonly Matcher[]): ProfileVerdict {
  const match = firstMatch(destination, protocol, matchers);
  if (match === null) return unmatched('no-rule');
  const { rule, policy } = match;
  return {
    match: {
      serviceArea: rule.serviceArea ?? null,
      category: listCategory[rule.category],
      endpointSetId: rule.endpointSetId ?? null,
      destination: match.destination,
      ruleId: rule.id,
      policy: policy.name,
    },
    ...ruleVerdict(match),
    authentication: authenticationOf(rule, destination.host),
  };
}

export function unmatched(reason: string): ProfileVerdict {
  return { match: null, action: null, authentication: null, reason };
}

/** A question as fields of a line, or what is wrong with it. */
export function readQuestion(value: unknown): Question | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'malformed: not an object';
  const { host: hostText, port: portValue, protocol: protocolText } = value as Record<string, unknown>;
  if (typeof hostText !== 'string') return 'malformed: host is missing';
  const host = parseHost(hostText);
  if (host === null) return 'malformed: host is no name or address';
  const port = typeof portValue === 'number' ? parsePort(String(portValue)) : null;
  if (port === null) return 'malformed: port is not a number from 1 to 65535';
  const protocol = typeof protocolText === 'string' ? protocolText.toLowerCase() : null;
  if (protocol !== 'tcp' && protocol !== 'udp') return 'malformed: protocol is not tcp or udp';
  return { destination: { host, port }, protocol };
}

/**
 * A question as a person types it: `host[:port][/tcp|udp]`, default 443/tcp. IPv6 stands in brackets where a port
 * follows.
 */
export function readTypedQuestion(text: string): {
  readonly host: string;
  readonly port: unknown;
  readonly protocol: string;
} {
  const [, target = '', protocol = 'tcp'] = /^(.*?)(?:\/([a-z]*))?$/is.exec(text) ?? [];
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(target);
  const plain = /^([^:]*):([^:]*)$/.exec(target);
  const [, host = target, port = '443'] = bracketed ?? plain ?? [];
  return { host, port: /^\d{1,9}$/.test(port) ? Number(port) : port, protocol };
}
