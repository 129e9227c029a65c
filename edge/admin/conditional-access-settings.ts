// `networkAccess/settings/conditionalAccess`: whether destinations are told people's addresses.
import { z } from 'zod';
import type { Administration } from '../administration.ts';
import type { LocationPolicy } from '../control/requests.ts';
import { annotations, entity } from './answers.ts';
import type { Endpoints, Fault } from './endpoint.ts';

const path = '/networkAccess/settings/conditionalAccess';
const context = 'networkAccess/settings/conditionalAccess/$entity';
/** Sent in `Prefer` by who knows which policies will judge the edge's address. */
const confirmation = 'confirm-location-impact';
const signalingStatus = z.enum(['enabled', 'disabled']);

export function registerConditionalAccessSettings(
  endpoints: Endpoints,
  { administration }: { readonly administration: Administration },
): void {
  endpoints.add({
    method: 'GET',
    path,
    summary: 'Whether source addresses are signalled',
    needs: ['NetworkAccess.Read.All'],
    answers: z.object({ signalingStatus }),
    handle: (call) => entity(call, context, { signalingStatus: administration.signaling().signaling.status }),
  });
  endpoints.add({
    method: 'PATCH',
    path,
    summary: `Switch it; Prefer: ${confirmation} where access policies depend on it`,
    needs: ['NetworkAccess.ReadWrite.All'],
    body: z.strictObject({ ...annotations, signalingStatus }),
    handle: ({ body, prefers, who }) => {
      const confirmed = prefers(confirmation);
      const outcome = administration.setSignaling(body.signalingStatus, confirmed, who);
      if (outcome.kind === 'conflict') return conflict(outcome.locationPolicies);
      return confirmed ? { status: 204, preferenceApplied: confirmation } : { status: 204 };
    },
  });
}

function conflict(policies: readonly LocationPolicy[]): Fault {
  const names = policies.map(({ policy, location }) => `${policy} (${location})`).join(', ');
  return {
    status: 409,
    error: {
      code: 'locationPoliciesRegistered',
      message: `these policies would judge the address of the edge: ${names}; to do it all the same, send Prefer: ${confirmation}`,
      details: policies.map(({ policy, location }) => ({
        code: 'locationPolicy',
        message: `uses the named location ${location}`,
        target: policy,
      })),
    },
  };
}
