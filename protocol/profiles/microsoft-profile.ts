// The built-in Microsoft traffic profile: which of the published endpoint sets it acquires, in which policy, and what
// becomes of them without a tunnel.
import { parseHost } from '../destination.ts';
import type { AuthenticationKind, Policy, Profile, Rule } from '../profile.ts';
import { microsoftAuthentication } from './authentication.ts';

/**
 * Required sets are in, optional ones out: among those is `*.microsoft.com`, which would take in the update service,
 * documentation and every other product. These required sets are out as well.
 */
const leftOut: ReadonlySet<number> = new Set([
  69, // telemetry
  84, // revocation lists, which a machine needs before it can trust any tunnel
  125, // the same of other authorities, and www.microsoft.com
]);

/** In although optional, so that it is seen to go direct: mail programs by IMAP, POP and SMTP. */
const mailClientSet = 2;

/** Direct, and shown as such: mail protocols are not sign-ins, and port 25 must keep its server's address. */
const bypassedSets: ReadonlySet<number> = new Set([mailClientSet, 10]);

/** Published in the list of 2025-12-01 and withdrawn between 2026-04 and 2026-08. */
const withdrawnNames: ReadonlySet<string> = new Set([
  '*.search.production.apac.trafficmanager.net',
  '*.search.production.emea.trafficmanager.net',
  '*.search.production.us.trafficmanager.net',
  'officecdn.microsoft.com.edgesuite.net',
  'www.acompli.com',
]);

const exchange = 'Exchange Online';
const sharePoint = 'SharePoint Online and OneDrive';
const teams = 'Microsoft Teams';
const common = 'Microsoft 365 Common and Office Online';
const entra = 'Entra ID and Graph';

const policyOfArea: Readonly<Record<string, string>> = {
  Exchange: exchange,
  SharePoint: sharePoint,
  Skype: teams,
  Common: common,
};

/** The set of Entra ID and Graph, and the one whose sign-in part goes with it. */
const entraSet = 56;
const signInSupportSet = 59;

/** @param list the worldwide endpoint list, imported */
export function renderMicrosoftProfile(list: Profile): Profile {
  const placed = list.policies.flatMap(({ rules }) => rules.flatMap(renderRule));
  const policies = [exchange, sharePoint, teams, common, entra].map((name): Policy => ({
    name,
    state: 'enabled',
    rules: placed.filter(({ policy }) => policy === name).map(({ rule }) => rule),
  }));
  return {
    name: 'Microsoft traffic profile',
    description:
      'Destinations of Microsoft 365, Entra ID and Microsoft Graph, from the published endpoint list.',
    state: 'enabled',
    version: list.version,
    trafficForwardingType: 'm365',
    priority: 100,
    policies,
  };
}

type PlacedRule = { readonly policy: string; readonly rule: Rule };

function renderRule(listed: Rule): readonly PlacedRule[] {
  const id = listed.endpointSetId ?? 0;
  const policy = policyOfArea[listed.serviceArea ?? ''];
  if (policy === undefined || leftOut.has(id)) return [];
  if (listed.required !== true && id !== mailClientSet) return [];
  const rule = withoutWithdrawn(bypassedSets.has(id) ? { ...listed, action: 'bypass' } : listed);
  if (rule.destinations.length === 0) return [];
  if (id === entraSet || id === signInSupportSet) return splitByAuthentication(rule, id);
  return [{ policy, rule }];
}

function withoutWithdrawn(rule: Rule): Rule {
  if (rule.ruleType !== 'fqdn') return rule;
  return { ...rule, destinations: rule.destinations.filter(({ value }) => !withdrawnNames.has(value)) };
}

/** One rule per kind, because what must happen without a tunnel differs among them. */
function splitByAuthentication(rule: Rule, id: number): readonly PlacedRule[] {
  // Which of its services an address belongs to cannot be told, so the strictest of them counts.
  if (rule.ruleType !== 'fqdn') return [{ policy: entra, rule: { ...rule, clientFallbackAction: 'block' } }];
  return (['sign-in', 'device', 'graph', 'assets', null] as const).flatMap((kind): readonly PlacedRule[] => {
    const destinations = rule.destinations.filter(({ value }) => kindOf(value) === kind);
    if (destinations.length === 0) return [];
    const suffix = kind === null ? '' : ` (${kindTitle[kind]})`;
    const part: Rule = {
      ...rule,
      id: kind === null ? rule.id : `m365-${id}-${kind}-${rule.protocol}`,
      name: `${rule.name}${suffix}`,
      clientFallbackAction: kind === 'sign-in' || kind === 'graph' ? 'block' : 'bypass',
      destinations,
    };
    // The support set also serves pages that have nothing to do with signing in.
    return [{ policy: kind === null && id === signInSupportSet ? common : entra, rule: part }];
  });
}

const kindTitle: Readonly<Record<AuthenticationKind, string>> = {
  'sign-in': 'sign-in',
  device: 'device registration',
  graph: 'Graph',
  assets: 'sign-in pages',
};

/** A pattern is of the kind of the names below it. */
function kindOf(pattern: string): AuthenticationKind | null {
  const host = parseHost(pattern.replaceAll('*', 'any'));
  return host === null ? null : microsoftAuthentication(host);
}
