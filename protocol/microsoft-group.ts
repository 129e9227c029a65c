// Entra ID, Graph, Exchange and SharePoint are one group: they should see one address, or Entra ID's continuous access
// evaluation shortens tokens or blocks. How the group leaves is decided once, for all of it.
import type { Profile, Rule } from './profile.ts';

/** The endpoint list's sets of sign-in and Graph. */
const identitySets: readonly number[] = [56, 59];
const resourceAreas: readonly string[] = ['Exchange', 'SharePoint'];

/** Whether the rule belongs to the group; only profiles of Microsoft 365 traffic have one. */
export function isMicrosoftGroup(profile: Profile, rule: Rule): boolean {
  if (profile.trafficForwardingType !== 'm365') return false;
  if (rule.endpointSetId !== undefined && identitySets.includes(rule.endpointSetId)) return true;
  return rule.serviceArea !== undefined && resourceAreas.includes(rule.serviceArea);
}
