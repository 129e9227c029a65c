// Microsoft Graph's shapes of a traffic profile, read from its answers.
import { z } from 'zod';
import { OpenGsaError } from '../error.ts';
import { parse } from '../parse.ts';
import { type Policy, type Profile, type Rule, profileSchema, ruleSchema } from '../profile.ts';

type Fallback = Rule['clientFallbackAction'];

const state = z.enum(['enabled', 'disabled']);
const text = z.string().nullish();

/** What an answer that is no whole profile leaves open. */
export type GraphNames = { readonly name: string; readonly version: string };

/** Which of Graph's answers it is: one profile, or a `value` list of profiles, policy links or rules, or one policy. */
export type GraphShape = 'profile' | 'profiles' | 'policy-links' | 'policy' | 'rules';

/**
 * The profile that an answer of Graph spells. Of several profiles it is the Microsoft one; policies that the answer
 * does not expand have no rules.
 *
 * @throws OpenGsaError `bad-profile` with the path of the fault: `policies[0].policy.policyRules[2].ports[1]`
 */
export function importGraph(value: unknown, shape: GraphShape, subject: string, names: GraphNames): Profile {
  switch (shape) {
    case 'profile':
      return toProfile(parse(graphProfile(fallbackOf(value)), value, subject, 'bad-profile'));
    case 'profiles':
      return microsoftOf(parse(listOf(graphProfile('bypass')), value, subject, 'bad-profile').value, subject);
    case 'policy-links': {
      const { value: links } = parse(listOf(graphLink('bypass')), value, subject, 'bad-profile');
      return profileAround(links.map(toPolicy), names);
    }
    case 'policy': {
      const policy = parse(graphPolicy('bypass'), value, subject, 'bad-profile');
      return profileAround([toPolicy({ state: 'enabled', policy })], names);
    }
    case 'rules': {
      const { value: rules } = parse(listOf(graphRule('bypass')), value, subject, 'bad-profile');
      return profileAround([{ name: names.name, state: 'enabled', rules: rules.map(withArea) }], names);
    }
  }
}

function listOf<T extends z.ZodType>(element: T) {
  return z.object({ value: z.array(element) });
}

/** @param fallback what the profile says for rules that do not say it themselves */
function graphProfile(fallback: Fallback) {
  return z.object({
    id: text,
    name: z.string().min(1),
    description: text,
    state,
    version: z.string(),
    lastModifiedDateTime: z.iso.datetime().nullish(),
    trafficForwardingType: profileSchema.shape.trafficForwardingType,
    priority: z.int(),
    policies: z.array(graphLink(fallback)).default([]),
  });
}

function graphLink(fallback: Fallback) {
  return z.object({ state: state.default('enabled'), policy: graphPolicy(fallback) });
}

function graphPolicy(fallback: Fallback) {
  return z.object({
    id: text,
    name: z.string().min(1),
    description: text,
    version: text,
    policyRules: z.array(graphRule(fallback)).default([]),
  });
}

function graphRule(fallback: Fallback) {
  return z.preprocess((value) => canonicalRule(value, fallback), ruleSchema);
}

/** Fields that Graph adds over time are left out; fields that older answers lack have their documented default. */
function canonicalRule(value: unknown, fallback: Fallback): unknown {
  if (!isObject(value)) return value;
  const {
    id,
    name = '',
    ruleType,
    action,
    protocol,
    ports,
    category,
    clientFallbackAction,
    destinations,
  } = value;
  return {
    ...{ id, name, ruleType, action, ports },
    protocol: typeof protocol === 'string' ? protocol.toLowerCase() : protocol,
    category: category ?? 'default',
    clientFallbackAction: clientFallbackAction ?? fallback,
    destinations: Array.isArray(destinations) ? destinations.map(canonicalDestination) : destinations,
  };
}

function canonicalDestination(value: unknown): unknown {
  if (!isObject(value)) return value;
  const known = ['value', 'beginAddress', 'endAddress', 'name', 'displayName', 'group'];
  const kept = Object.entries(value).filter(([key, part]) => known.includes(key) && part !== null);
  return Object.fromEntries(
    kept.map(([key, part]) => [key, key === 'value' && typeof part === 'string' ? part.toLowerCase() : part]),
  );
}

function fallbackOf(value: unknown): Fallback {
  return isObject(value) && value.clientFallbackAction === 'block' ? 'block' : 'bypass';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type GraphProfile = z.output<ReturnType<typeof graphProfile>>;
type GraphLink = z.output<ReturnType<typeof graphLink>>;

function toProfile({ policies, id, description, lastModifiedDateTime, ...rest }: GraphProfile): Profile {
  return { ...rest, ...present({ id, description, lastModifiedDateTime }), policies: policies.map(toPolicy) };
}

function toPolicy({ state: linkState, policy }: GraphLink): Policy {
  const { id, name, description, version, policyRules } = policy;
  return {
    ...present({ id, description, version }),
    name,
    state: linkState,
    rules: policyRules.map(withArea),
  };
}

/** Graph writes null where it has no value; a profile leaves the field out. */
function present<K extends string>(fields: Record<K, string | null | undefined>): Partial<Record<K, string>> {
  const given = Object.entries(fields).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(given) as Partial<Record<K, string>>;
}

/** Graph does not say which service a rule is for, but its names do: `M365 Exchange Fqdn rule 1`. */
function withArea(rule: Rule): Rule {
  const area = /^M365 (Exchange|SharePoint|Skype|Teams|Common)\b/.exec(rule.name)?.[1];
  return area === undefined ? rule : { ...rule, serviceArea: area === 'Teams' ? 'Skype' : area };
}

function microsoftOf(profiles: readonly GraphProfile[], subject: string): Profile {
  const found = profiles.find(({ trafficForwardingType }) => trafficForwardingType === 'm365');
  if (found !== undefined) return toProfile(found);
  throw new OpenGsaError('bad-profile', `${subject}: value: none of the profiles is of the type m365`);
}

function profileAround(policies: Policy[], names: GraphNames): Profile {
  return { ...names, state: 'enabled', trafficForwardingType: 'm365', priority: 100, policies };
}
