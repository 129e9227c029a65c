// `networkAccess/settings/crossTenantAccess`: an edge marks no traffic for tenant restrictions; devices do, where inspected.
import { z } from 'zod';
import { annotations, entity } from './answers.ts';
import type { Endpoints } from './endpoint.ts';

const path = '/networkAccess/settings/crossTenantAccess';
const networkPacketTaggingStatus = z.enum(['enabled', 'disabled']);

export function registerCrossTenantAccessSettings(endpoints: Endpoints): void {
  endpoints.add({
    method: 'GET',
    path,
    summary: 'Whether this edge marks traffic for tenant restrictions: it does not',
    needs: ['NetworkAccess.Read.All'],
    answers: z.object({ networkPacketTaggingStatus }),
    handle: (call) =>
      entity(call, 'networkAccess/settings/crossTenantAccess/$entity', {
        networkPacketTaggingStatus: 'disabled',
      }),
  });
  endpoints.add({
    method: 'PATCH',
    path,
    summary: 'Takes what holds, refuses what this edge cannot do',
    needs: ['NetworkAccess.ReadWrite.All'],
    body: z.strictObject({ ...annotations, networkPacketTaggingStatus }),
    handle: ({ body }) =>
      body.networkPacketTaggingStatus === 'disabled'
        ? { status: 204 }
        : {
            status: 501,
            error: {
              code: 'notSupported',
              message:
                'networkPacketTaggingStatus: this edge does not mark traffic; a tenant restriction is set on devices (inspection in agent.yaml)',
            },
          },
  });
}
