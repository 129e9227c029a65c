// Inspects the flows to one of the sign-in hosts: verifies the destination, then stands for it towards the application.
import { runGateway } from '../../protocol/gateway/gateway.ts';
import { connectUpstreamTls } from '../../protocol/gateway/upstream-tls.ts';
import type { HttpProtocol, OpenUpstream } from '../../protocol/gateway/upstream.ts';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { FlowStream } from '../../protocol/relay/flow-stream.ts';
import type { RelayOutcome } from '../../protocol/relay/relay.ts';
import type { FlowToInspect, InspectFlow } from '../core/flow.ts';
import { inspectedHost, type InspectedHost } from '../core/inspected-hosts.ts';
import { restrictedFields, type TenantRestriction, withoutRestriction } from '../core/tenant-restriction.ts';
import type { AuthorityFiles } from './authority-files.ts';
import type { LeafCache } from './leaf-cache.ts';
import { authorityFault, expiryOf, type KeyAndCertificate } from './local-authority.ts';

export type InspectorOptions = {
  readonly restriction: TenantRestriction;
  readonly files: AuthorityFiles;
  /** Asked for a certificate only once the destination is verified. */
  readonly leaves: LeafCache;
  /** PEM; the only authorities that count for destinations. Null: those that Node ships. */
  readonly upstreamAuthorities: string | null;
  /** ms since 1970 */
  readonly now: () => number;
  /** For the TLS handshake with the destination. */
  readonly handshakeMs: number;
};

const offered: readonly HttpProtocol[] = ['h2', 'http/1.1'];

/**
 * Nothing is issued before the destination has proved itself, and a flow that cannot be inspected is refused: letting it
 * pass would lift the restriction.
 */
export function createInspector(options: InspectorOptions): InspectFlow {
  return async (flow) => {
    const host = inspectedHost(flow.destination);
    if (host === null) throw new OpenGsaError('internal', 'a host that is not inspected');
    const authority = await readAuthority(options);
    if (authority.kind === 'failed') return refused(flow, authority.reason);
    const secure = (below: FlowStream, protocols: readonly HttpProtocol[]) =>
      connectUpstreamTls({
        below,
        name: flow.destination.host,
        ca: options.upstreamAuthorities,
        protocols,
        signal: AbortSignal.timeout(options.handshakeMs),
      });
    const first = await secure(flow.stream, offered);
    if (first.kind === 'failed') return first;
    const identity = await options.leaves.leafFor(authority.authority, host);
    const open: OpenUpstream = async (protocols) => {
      const opening = await flow.reopen();
      return opening.kind === 'open' ? secure(opening.stream, protocols) : opening;
    };
    return {
      kind: 'ready',
      relay: async (application, relayOptions) => {
        const { ended } = runGateway({
          downstream: application,
          identity,
          // What the destination does not speak is not offered for it.
          protocols: first.connection.protocol === 'h2' ? offered : ['http/1.1'],
          host: flow.destination,
          first: first.connection,
          open,
          rewrite: {
            fields: (fields) => restrictedFields(fields, options.restriction),
            trailers: withoutRestriction,
          },
          name: 'opengsa',
          ...(relayOptions?.bytes === undefined ? {} : { bytes: relayOptions.bytes }),
        });
        return explained(await ended, host);
      },
    };
  };
}

type AuthorityReading =
  | { readonly kind: 'ready'; readonly authority: KeyAndCertificate }
  | { readonly kind: 'failed'; readonly reason: string };

/** Read for each flow: `opengsa inspection install` and `remove` take effect without a restart. */
async function readAuthority({ files, now }: InspectorOptions): Promise<AuthorityReading> {
  try {
    const authority = await files.read();
    if (authority === null) return { kind: 'failed', reason: 'inspection-not-installed' };
    if (authorityFault(authority.certificate) !== null)
      return { kind: 'failed', reason: 'inspection-authority-wrong' };
    const expires = expiryOf(authority.certificate);
    if (expires === null || expires.getTime() <= now())
      return { kind: 'failed', reason: 'inspection-authority-expired' };
    return { kind: 'ready', authority };
  } catch (error) {
    if (!(error instanceof OpenGsaError)) throw error;
    return { kind: 'failed', reason: 'inspection-authority-unreadable' };
  }
}

function refused({ stream }: FlowToInspect, reason: string): Awaited<ReturnType<InspectFlow>> {
  stream.reset(new OpenGsaError('flow-reset', reason));
  return { kind: 'failed', denial: { error: 'proxy_configuration_error', reason } };
}

/** An application that knows the destination's own certificate, or does not know our authority, says so by an alert. */
function explained(outcome: RelayOutcome, host: InspectedHost): RelayOutcome {
  if (outcome.broken !== 'a' || outcome.reason === null) return outcome;
  const code = 'code' in outcome.reason ? String(outcome.reason.code) : '';
  if (!/ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE)/.test(code))
    return outcome;
  const message = `inspection-certificate-refused: it does not trust this machine's certificate for ${host}`;
  return { ...outcome, reason: new OpenGsaError('flow-reset', message, { cause: explain(outcome.reason) }) };
}
