// All resources of the administration API.
import type { Administration } from '../administration.ts';
import type { Forwarding } from '../forwarding.ts';
import type { NamedLocations } from '../named-locations.ts';
import type { LogReader } from '../reports/log-reader.ts';
import type { Store } from '../store/store.ts';
import { registerConditionalAccessSettings } from './conditional-access-settings.ts';
import { registerCrossTenantAccessSettings } from './cross-tenant-access-settings.ts';
import { registerDirectoryAudits } from './directory-audits.ts';
import { createEndpoints, type ServedEndpoint } from './endpoint.ts';
import { registerForwardingPolicies } from './forwarding-policies.ts';
import { registerForwardingProfiles } from './forwarding-profiles.ts';
import { registerLogs } from './logs.ts';
import { registerNamedLocations } from './named-locations.ts';

/** What resources act on. */
export type ResourceContext = {
  readonly administration: Administration;
  readonly store: Store;
  readonly forwarding: Forwarding;
  readonly namedLocations: NamedLocations;
  readonly logs: Pick<LogReader, 'find'>;
};

export function collectEndpoints(context: ResourceContext): readonly ServedEndpoint[] {
  const endpoints = createEndpoints();
  registerConditionalAccessSettings(endpoints, context);
  registerCrossTenantAccessSettings(endpoints);
  registerDirectoryAudits(endpoints, context);
  registerForwardingProfiles(endpoints, context);
  registerForwardingPolicies(endpoints, context);
  registerNamedLocations(endpoints, context);
  registerLogs(endpoints, context);
  return endpoints.all;
}
