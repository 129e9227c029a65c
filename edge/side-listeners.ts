// The listeners beside the tunnel's, each where the configuration has one.
import { explain } from '../protocol/error.ts';
import type { AdminServer } from './admin/server.ts';
import type { Administration } from './administration.ts';
import type { EdgeConfig } from './config.ts';
import type { EdgeCredentials } from './credentials.ts';
import type { Enroller } from './enrollment/enroller.ts';
import { createEnrollmentListener, type EnrollmentListener } from './enrollment/listener.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Log } from './log.ts';
import type { EdgeMetrics, MetricSources } from './metrics/edge-metrics.ts';
import { createMetricsListener } from './metrics/metrics-listener.ts';
import type { PlainListener } from './server/plain-listener.ts';
import { createPortalListener } from './server/portal-listener.ts';
import type { Store } from './store/store.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

export type SideListener = { readonly listen: () => Promise<void>; readonly close: () => unknown };

export type SideParts = {
  readonly config: EdgeConfig;
  readonly credentials: EdgeCredentials;
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly log: Log;
};

export function openPortalCheck({ listen }: EdgeConfig): PlainListener | null {
  return listen.portalCheck === null ? null : createPortalListener(listen.portalCheck);
}

export function openMetrics(
  { listen }: EdgeConfig,
  { contentType, text }: EdgeMetrics,
  sources: MetricSources,
  log: Log,
): PlainListener | null {
  if (listen.metrics === null) return null;
  return createMetricsListener(listen.metrics, { contentType, text: () => text(sources) }, (error) =>
    log.warn({ reason: explain(error) }, 'the figures could not be told'),
  );
}

export function openEnrollment(
  { config, credentials, log }: SideParts,
  enroller: Enroller,
): EnrollmentListener | null {
  const where = config.listen.enrollment;
  if (where === null) return null;
  const { edge, authority } = credentials;
  return createEnrollmentListener({
    where,
    tls: { key: edge.key, cert: `${edge.certificate}${authority.certificate}` },
    enroller,
    onFault: (error) => log.error({ err: error }, 'a device could not enrol by a fault of this program'),
  });
}

export async function openAdministration(
  { config, credentials, store, telemetry, log }: SideParts,
  administration: Administration,
  { forwarding, namedLocations }: LiveSettings,
): Promise<AdminServer | null> {
  const { administration: listen } = config.listen;
  if (listen === null) return null;
  // Loaded on demand: it is a sixth of all that an edge loads, and most have none.
  const { createAdminServer } = await import('./admin/server.ts');
  return createAdminServer({
    ...{ listen, administration, store, forwarding, namedLocations },
    ...{ logs: telemetry.logs, tls: credentials.edge },
    nowMs: Date.now,
    log: {
      info: (fields, message) => log.info(fields, message),
      error: (fields, message) => log.error(fields, message),
    },
  });
}
