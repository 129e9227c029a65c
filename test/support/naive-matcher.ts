// The matching rules once more, as slowly and plainly as possible: what the compiled matcher is measured against.
import type { Address } from '../../protocol/address.ts';
import { parseAddress } from '../../protocol/address.ts';
import type { Host, TransportProtocol } from '../../protocol/destination.ts';
import type { Profile, Rule } from '../../protocol/profile.ts';

type Found = { rule: Rule; destination: string; exact: boolean; literal: number };

/** The rule and destination of the best match, or null. Knows names, prefixes and addresses, not ranges. */
export function naiveMatch(
  profile: Profile,
  host: Host,
  port: number,
  protocol: TransportProtocol,
): { rule: Rule; destination: string } | null {
  const found: Found[] = [];
  for (const policy of profile.policies) {
    for (const rule of policy.rules) {
      if (rule.protocol !== protocol || !rule.ports.some((text) => portWithin(text, port))) continue;
      for (const destination of rule.destinations) {
        if (!('value' in destination)) continue;
        const literal = literalOf(rule, destination.value, host);
        if (literal === null) continue;
        found.push({
          rule,
          destination: destination.value,
          exact: !destination.value.includes('*'),
          literal,
        });
      }
    }
  }
  const order = ['optimized', 'allow', 'default'];
  const best = order.find((category) => found.some(({ rule }) => rule.category === category));
  const [winner = null] = found
    .filter(({ rule }) => rule.category === best)
    .sort(
      (a, b) =>
        Number(b.exact) - Number(a.exact) ||
        b.literal - a.literal ||
        (a.rule.endpointSetId ?? Infinity) - (b.rule.endpointSetId ?? Infinity),
    );
  return winner;
}

function literalOf(rule: Rule, value: string, host: Host): number | null {
  if (rule.ruleType === 'fqdn') {
    if (host.kind !== 'name' || !patternExpression(value).test(host.name)) return null;
    return value.replaceAll('*', '').length;
  }
  if (rule.ruleType !== 'ipSubnet' && rule.ruleType !== 'ipAddress') return null;
  if (host.kind !== 'address') return null;
  const [text = '', length] = value.split('/');
  const network = parseAddress(text);
  if (network?.family !== host.address.family) return null;
  const kept = length === undefined ? network.bytes.length * 8 : Number(length);
  return bitsOf(network).slice(0, kept) === bitsOf(host.address).slice(0, kept) ? kept : null;
}

function bitsOf(address: Address): string {
  return address.bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

export function patternExpression(pattern: string): RegExp {
  const labels = pattern.split('.').map((label, i) => {
    if (label === '*') return i === 0 ? '[^.]+(?:\\.[^.]+)*' : '[^.]+';
    return label.replaceAll(/\*+/g, '.*');
  });
  return new RegExp(`^${labels.join('\\.')}$`);
}

function portWithin(text: string, port: number): boolean {
  const [begin = 0, end = begin] = text.split('-').map(Number);
  return begin <= port && port <= end;
}
