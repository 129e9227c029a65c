// Import of the Microsoft 365 endpoint list: the JSON answer of its web service, every published set of it.
import { z } from 'zod';
import { OpenGsaError } from '../error.ts';
import { compileHostPattern } from '../host-pattern.ts';
import { parse } from '../parse.ts';
import { type Policy, type Profile, type Rule, hostPatternText, portText, prefixText } from '../profile.ts';

/** Names may be written in any case; a profile holds them in lower case and without a trailing dot. */
const url = z
  .string()
  .transform((text) => text.trim().toLowerCase().replace(/\.$/, ''))
  .pipe(hostPatternText);

/** `"143, 587"` and `"443,80"` occur, and a blank text means the same as none. */
const ports = z
  .string()
  .transform((text) =>
    text
      .replaceAll(/\s/g, '')
      .split(',')
      .filter((part) => part !== ''),
  )
  .pipe(z.array(portText));

const endpointSet = z.object({
  id: z.int().nonnegative(),
  serviceArea: z.string().min(1),
  serviceAreaDisplayName: z.string().min(1).optional(),
  urls: z.array(url).optional(),
  ips: z.array(prefixText).optional(),
  tcpPorts: ports.optional(),
  udpPorts: ports.optional(),
  expressRoute: z.boolean().optional(),
  category: z.enum(['Optimize', 'Allow', 'Default']),
  required: z.boolean().optional(),
  notes: z.string().optional(),
});
type EndpointSet = z.infer<typeof endpointSet>;

export const endpointListSchema = z.array(endpointSet);

export type ListNames = { readonly name: string; readonly version: string; readonly description?: string };

/** How the list spells a category, by the profile's spelling. */
export const listCategory = { optimized: 'Optimize', allow: 'Allow', default: 'Default' } as const;

const profileCategory = { Optimize: 'optimized', Allow: 'allow', Default: 'default' } as const;

/**
 * The profile that a list spells: one policy per service area; per set and protocol one rule for names, one for names
 * with a tenant's star, one for prefixes. A set without ports can match nothing and makes no rule.
 *
 * UDP is forwarded for port 443 alone, where programs fall back to TCP; what cannot be carried (Teams media,
 * time service) says `bypass`.
 *
 * @throws OpenGsaError `bad-profile` with the path of the fault: `[12].ips[3]`
 */
export function importEndpointList(value: unknown, subject: string, names: ListNames): Profile {
  const sets = parse(endpointListSchema, value, subject, 'bad-profile');
  refuseRepeatedIds(sets, subject);
  const areas = [...new Set(sets.map(({ serviceArea }) => serviceArea))];
  return {
    ...names,
    state: 'enabled',
    trafficForwardingType: 'm365',
    priority: 100,
    policies: areas.map((area) => policyOf(sets.filter(({ serviceArea }) => serviceArea === area))),
  };
}

function refuseRepeatedIds(sets: readonly EndpointSet[], subject: string): void {
  const seen = new Set<number>();
  sets.forEach(({ id }, i) => {
    if (seen.has(id)) throw new OpenGsaError('bad-profile', `${subject}: [${i}].id: ${id} is used twice`);
    seen.add(id);
  });
}

function policyOf(sets: readonly EndpointSet[]): Policy {
  const [first] = sets;
  const counts = { fqdn: 0, ipSubnet: 0 };
  return {
    name: first?.serviceAreaDisplayName ?? first?.serviceArea ?? '',
    state: 'enabled',
    rules: sets.flatMap(rulesOf).map((rule) => ({ ...rule, name: ruleName(rule, ++counts[rule.ruleType]) })),
  };
}

type ListRule = Extract<Rule, { ruleType: 'fqdn' | 'ipSubnet' }>;

/** As the published examples of the profile call them; numbered, so that a name is unique in its policy. */
function ruleName(rule: ListRule, number: number): string {
  const type = rule.ruleType === 'fqdn' ? 'Fqdn' : 'IpSubnet';
  return `M365 ${rule.serviceArea ?? ''} ${type} rule ${number}`;
}

function rulesOf(set: EndpointSet): readonly ListRule[] {
  return (['tcp', 'udp'] as const).flatMap((protocol) => rulesOfProtocol(set, protocol));
}

function rulesOfProtocol(set: EndpointSet, protocol: 'tcp' | 'udp'): readonly ListRule[] {
  const portTexts = (protocol === 'tcp' ? set.tcpPorts : set.udpPorts) ?? [];
  if (portTexts.length === 0) return [];
  const { urls = [], ips = [] } = set;
  const base = { ...commonOf(set, protocol, portTexts), name: '' };
  const id = (type: string) => `m365-${set.id}-${type}-${protocol}`;
  const plain = urls.filter((text) => !hasTenantStar(text));
  const tenant = urls.filter(hasTenantStar);
  return [
    { ...base, id: id('fqdn'), ruleType: 'fqdn' as const, destinations: toDestinations(plain) },
    { ...base, id: id('tenant'), ruleType: 'fqdn' as const, destinations: toDestinations(tenant) },
    { ...base, id: id('subnet'), ruleType: 'ipSubnet' as const, destinations: toDestinations(ips) },
  ].filter(({ destinations }) => destinations.length > 0);
}

function commonOf(set: EndpointSet, protocol: 'tcp' | 'udp', portTexts: readonly string[]) {
  const carried = protocol === 'tcp' || portTexts.every((text) => text === '443');
  return {
    action: carried ? ('forward' as const) : ('bypass' as const),
    clientFallbackAction: 'bypass' as const,
    category: profileCategory[set.category],
    protocol,
    ports: [...portTexts],
    endpointSetId: set.id,
    serviceArea: set.serviceArea,
    ...(set.required === undefined ? {} : { required: set.required }),
    ...(set.expressRoute === undefined ? {} : { expressRoute: set.expressRoute }),
    ...(set.notes === undefined ? {} : { notes: set.notes }),
  };
}

/** Whether a label between others is a star: the place of a tenant's name. */
function hasTenantStar(text: string): boolean {
  return compileHostPattern(text).kind === 'glob' && text.includes('.*.');
}

function toDestinations(values: readonly string[]): { value: string }[] {
  return values.map((value) => ({ value }));
}
