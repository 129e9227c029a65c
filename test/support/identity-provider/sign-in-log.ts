// The provider's sign-in log: rows in the shape of Microsoft Graph's `signIn`, as far as this provider knows the answers.
import { z } from 'zod';
import type { ConnectionSource } from './front.ts';
import type { LocationVerdict } from './conditional-access.ts';

export const signIn = z.object({
  id: z.uuid(),
  createdDateTime: z.iso.datetime(),
  /** One sign-in from agent to provider: the trace identifier of the flow that carried it. */
  correlationId: z.string(),
  userDisplayName: z.string(),
  userPrincipalName: z.string(),
  userId: z.string(),
  appId: z.string(),
  appDisplayName: z.string(),
  /** What the front was told, by PROXY header or by X-Forwarded-For of an edge; otherwise the peer. */
  ipAddress: z.string(),
  clientAppUsed: z.enum(['Browser', 'Mobile Apps and Desktop clients']),
  userAgent: z.string(),
  isInteractive: z.boolean(),
  conditionalAccessStatus: z.enum(['success', 'failure', 'notApplied']),
  appliedConditionalAccessPolicies: z.array(
    z.object({
      id: z.string(),
      displayName: z.string(),
      enforcedGrantControls: z.array(z.string()),
      result: z.enum(['success', 'failure', 'notApplied']),
    }),
  ),
  status: z.object({
    errorCode: z.int(),
    failureReason: z.string(),
    additionalDetails: z.string().nullable(),
  }),
  networkLocationDetails: z.array(
    z.object({ networkType: z.enum(['trustedNamedLocation']), networkNames: z.array(z.string()) }),
  ),
  isThroughGlobalSecureAccess: z.boolean(),
  globalSecureAccessIpAddress: z.string(),
});
export type SignIn = z.infer<typeof signIn>;

/** What happened, before it has the log's shape. */
export type SignInEvent = {
  readonly id: string;
  readonly at: Date;
  readonly person: { readonly id: string; readonly name: string; readonly username: string };
  readonly app: { readonly id: string; readonly name: string; readonly native: boolean };
  readonly source: ConnectionSource;
  readonly userAgent: string;
  readonly interactive: boolean;
  readonly verdict: LocationVerdict | null;
  readonly fault: SignInFault | null;
};

/** Error numbers as Entra ID publishes them, so that rows can be compared with rows from there. */
const faults = {
  'blocked-by-policy': {
    errorCode: 53_003,
    failureReason: 'Access was blocked by a conditional access policy.',
  },
  'wrong-password': { errorCode: 50_126, failureReason: 'The user name or the password is wrong.' },
  'sign-in-needed': {
    errorCode: 50_058,
    failureReason: 'A silent sign-in was asked for, but nobody is signed in.',
  },
  'bad-request': { errorCode: 9_002_313, failureReason: 'The request is malformed or not allowed.' },
} as const;
export type SignInFault = { readonly kind: keyof typeof faults; readonly detail: string | null };

/** The log row of a sign-in. */
export function toSignInRow(event: SignInEvent): SignIn {
  const { person, app, source, verdict, fault } = event;
  const result = verdict === null ? 'notApplied' : verdict.trusted ? 'success' : 'failure';
  return {
    id: event.id,
    createdDateTime: event.at.toISOString(),
    correlationId: correlationOf(source.uniqueId) ?? event.id,
    userDisplayName: person.name,
    userPrincipalName: person.username,
    userId: person.id,
    appId: app.id,
    appDisplayName: app.name,
    ipAddress: source.address,
    clientAppUsed: app.native ? 'Mobile Apps and Desktop clients' : 'Browser',
    userAgent: event.userAgent,
    isInteractive: event.interactive,
    conditionalAccessStatus: result,
    appliedConditionalAccessPolicies:
      verdict === null
        ? []
        : [{ id: verdict.policyId, displayName: verdict.policy, enforcedGrantControls: ['block'], result }],
    status:
      fault === null
        ? { errorCode: 0, failureReason: 'Other.', additionalDetails: null }
        : { ...faults[fault.kind], additionalDetails: fault.detail },
    networkLocationDetails: verdict?.trusted
      ? [{ networkType: 'trustedNamedLocation', networkNames: [verdict.location] }]
      : [],
    // Only edges get past the front, so what came in came through one; its address is the TCP peer's.
    isThroughGlobalSecureAccess: true,
    globalSecureAccessIpAddress: source.edge,
  };
}

/** The trace-id of a traceparent (W3C Trace Context) in the spelling of a GUID; another identifier stays as it is. */
function correlationOf(uniqueId: string | null): string | null {
  const trace = /^[0-9a-f]{2}-([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})-/.exec(
    uniqueId ?? '',
  );
  return trace === null ? uniqueId : trace.slice(1).join('-');
}
