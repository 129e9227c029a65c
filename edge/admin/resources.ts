// All resources of the administration API.
import type { Administration } from '../administration.ts';
import type { Store } from '../store/store.ts';
import { registerConditionalAccessSettings } from './conditional-access-settings.ts';
import { registerCrossTenantAccessSettings } from './cross-tenant-access-settings.ts';
import { registerDirectoryAudits } from './directory-audits.ts';
import { createEndpoints, type ServedEndpoint } from './endpoint.ts';

/** What resources act on. */
export type ResourceContext = {
  readonly administration: Administration;
  readonly store: Store;
};

export function collectEndpoints(context: ResourceContext): readonly ServedEndpoint[] {
  const endpoints = createEndpoints();
  registerConditionalAccessSettings(endpoints, context);
  registerCrossTenantAccessSettings(endpoints);
  registerDirectoryAudits(endpoints, context);
  return endpoints.all;
}
