// The edge as a whole: configuration, keys, store, data plane and control socket joined.
import { createPrivateKey } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import packageJson from '../package.json' with { type: 'json' };
import { renewPath } from '../protocol/enrollment.ts';
import { explain } from '../protocol/error.ts';
import { personPath } from '../protocol/person.ts';
import type { Profile } from '../protocol/profile.ts';
import { profileDocumentPath } from '../protocol/profile-document.ts';
import { createAdministration } from './administration.ts';
import type { EdgeConfig } from './config.ts';
import type { ControlHandlers, EdgeStatus } from './control/requests.ts';
import { type ControlServer, startControlServer } from './control/server.ts';
import { standingOf } from './core/device-standing.ts';
import { compileEdgePolicy, type EdgePolicy, type Endpoint } from './core/edge-policy.ts';
import { enrollmentEndpoint, publicEndpoints, publicHosts, witnessIssuer } from './core/endpoints.ts';
import { type Audit, createAudit } from './audit.ts';
import { certificateConcerns, type EdgeCredentials, loadCredentials } from './credentials.ts';
import { createDistribution } from './distribution/distribution.ts';
import { profilesQuestion } from './distribution/profiles-question.ts';
import { createEnroller, type Enroller } from './enrollment/enroller.ts';
import { createIssuing, type Issuing } from './enrollment/issuing.ts';
import { createRenewer } from './enrollment/renewer.ts';
import { renewalQuestion } from './enrollment/renewal-question.ts';
import { createLogExports, type LogExports } from './exports/exports.ts';
import { loadExports } from './exports/load-exports.ts';
import { publicWitnessKey } from './identity/witness-key.ts';
import type { WitnessKey } from './identity/witness-token.ts';
import { createLiveSettings, type LiveSettings } from './live-settings.ts';
import { loadClasses } from './load-classes.ts';
import { type LoadedPeople, loadPeople } from './load-people.ts';
import { loadProfiles } from './load-profiles.ts';
import type { Log } from './log.ts';
import type { StateFiles } from './paths.ts';
import { createEdgeMetrics, type MetricSources } from './metrics/edge-metrics.ts';
import { createPeople, type DeviceIdentities, type People } from './people/people.ts';
import { personQuestion } from './people/person-question.ts';
import type { Questions } from './server/plain-handler.ts';
import type { PlainListener } from './server/plain-listener.ts';
import {
  openAdministration,
  openEnrollment,
  openMetrics,
  openPortalCheck,
  type SideListener,
} from './side-listeners.ts';
import { controlHandlers } from './control-handlers.ts';
import { createTunnelServer, type TunnelServer } from './server/tunnel-server.ts';
import type { AuditEntry } from './store/audit-store.ts';
import type { DeviceStore } from './store/device-store.ts';
import { refuseDamage } from './store/sqlite/database.ts';
import { openSqliteStore } from './store/sqlite/store.ts';
import { watchRevocations } from './revocation-watch.ts';
import type { Store } from './store/store.ts';
import { type AttestationFaults, createAttestationFaults } from './telemetry/attestation-faults.ts';
import { openTelemetry, type Telemetry } from './telemetry/telemetry.ts';

export type EdgeOptions = {
  readonly config: EdgeConfig;
  readonly files: StateFiles;
  readonly log: Log;
};

export type Edge = {
  readonly status: () => EdgeStatus;
  /** The flow log was moved away: open it again by its name. */
  readonly reopenLogs: () => void;
  /** Lets open flows finish for `limits.drainSeconds`, breaks the rest off and closes everything. */
  readonly stop: () => Promise<void>;
};

/**
 * Resolves when devices and commands can connect. Where any part cannot start, none is left running.
 *
 * @throws OpenGsaError that names the file, the field or the address at fault
 */
export async function startEdge({ config, files, log }: EdgeOptions): Promise<Edge> {
  const startedAt = new Date();
  const credentials = loadCredentials(files, config.name, startedAt);
  for (const concern of certificateConcerns(credentials.edge, publicHosts(config), startedAt))
    log.warn({ certificate: files.edgeCertificate }, concern);
  const { classes, concerns } = loadClasses(config, startedAt);
  for (const concern of concerns) log.warn({}, concern);
  const profiles = loadProfiles(config.profiles);
  const compile: Parts['compile'] = (changed) => compileEdgePolicy({ ...config, classes }, changed);
  // What cannot be compiled is refused before anything is opened.
  compile(profiles);
  const people = loadPeople(config.people, log);
  const collectors = loadExports(config.log.exports);
  refuseDamage(files.store);
  const metrics = createEdgeMetrics({ version: packageJson.version, node: process.version });
  const telemetry = openTelemetry(config.log, files, log, (record) => {
    metrics.countFlow(record);
    exports.traffic(record);
  });
  const store = openSqliteStore(files.store, startedAt.toISOString());
  const source = { edge: config.name, version: packageJson.version, processId: process.pid };
  const exports = createLogExports({ source, exports: collectors }, log);
  const closeFiles = async (): Promise<void> => {
    await Promise.all([telemetry.close(), exports.close()]);
    store.close();
  };
  const portal = openPortalCheck(config);
  const parts = await joinParts({
    config,
    credentials,
    profiles,
    compile,
    store,
    telemetry,
    exports,
    log,
    startedAt,
    portal,
    people,
  });
  const { tunnel, enrollment, adminServer, handlers, status, sources } = parts;
  const figures = openMetrics(config, metrics, sources, log);
  const side: SideListener[] = [portal, figures, enrollment, adminServer].filter(
    (listener) => listener !== null,
  );
  const closeSide = async (): Promise<void> => {
    for (const listener of side) await listener.close();
  };
  const control = await start(tunnel, side, handlers, files, log).catch(async (error: unknown) => {
    await closeSide();
    await tunnel.drain(0);
    await closeFiles();
    throw error;
  });
  const revocations = watchRevocations(store, tunnel, parts.onEnded, (error) =>
    log.error({ err: error }, 'the store cannot be looked at for revoked devices'),
  );
  log.info(
    {
      tunnel: status().tunnel,
      metrics: asTextOrNull(figures?.address() ?? null),
      revision: status().revision,
    },
    'the edge is ready',
  );

  return {
    status,
    reopenLogs: telemetry.reopen,
    async stop() {
      log.info({ openFlows: tunnel.openFlows(), graceSeconds: config.limits.drainSeconds }, 'the edge stops');
      await closeSide();
      // The control socket stays until the end: a second edge must not start on this state meanwhile.
      await tunnel.drain(config.limits.drainSeconds * 1000);
      revocations.stop();
      await control.close();
      await closeFiles();
      log.info({}, 'the edge has stopped');
    },
  };
}

async function start(
  tunnel: TunnelServer,
  side: readonly SideListener[],
  handlers: ControlHandlers,
  files: StateFiles,
  log: Log,
): Promise<ControlServer> {
  for (const listener of side) await listener.listen();
  await tunnel.listen();
  return startControlServer({
    path: files.controlSocket,
    handlers,
    onFault: (error) => log.warn({ reason: explain(error) }, 'a connection to the control socket failed'),
  });
}

type Parts = {
  readonly config: EdgeConfig;
  readonly credentials: EdgeCredentials;
  readonly profiles: readonly Profile[];
  readonly compile: (profiles: readonly Profile[]) => EdgePolicy;
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly exports: LogExports;
  readonly log: Log;
  readonly startedAt: Date;
  /** Null where nobody may ask for captive portals here. */
  readonly portal: PlainListener | null;
  readonly people: LoadedPeople;
};

async function joinParts(parts: Parts) {
  const { config, credentials, store, log } = parts;
  const jwks: JSONWebKeySet = { keys: [publicWitnessKey(credentials.witness)] };
  const now = () => new Date();
  const onAudit = (entry: AuditEntry) => {
    log.info(entry, 'administration');
    parts.exports.audit(entry);
  };
  const audit = createAudit({ store, now, onAudit });
  const live = createLiveSettings({
    ...{ config, profiles: parts.profiles, compile: parts.compile, store, now },
    audit,
    onView: () => tunnel.viewChanged(),
  });
  warnOfProfile(parts, live);
  const faults = createAttestationFaults(({ name, thumbprint }, reason) =>
    log.info({ device: name, thumbprint, reason }, 'a statement of the witness did not count'),
  );
  const shared = {
    ...{ store, organisation: config.organisation, lifetimeMs: config.enrollment.certificateLifetime },
    issuing: () => ({ authority: credentials.authority, jwks: { keys: [...jwks.keys] } }),
    endpoints: () => {
      const portalCheck = asTextOrNull(parts.portal?.address() ?? null);
      return publicEndpoints(config, { tunnel: status().tunnel, portalCheck });
    },
    ...{ now, onAudit },
  };
  const distribution = createDistribution({
    ...{ store, audit, now, organisation: config.organisation, key: signingKey(credentials) },
    forwarding: live.forwarding,
    peopleAt: ({ thumbprint }) => people.peopleAt(thumbprint),
    onChange: live.renewView,
  });
  const issuing = createIssuing(shared);
  const enrollment = openEnrollment(parts, enrollerOf(parts, audit, issuing));
  const people = createPeople({ ...parts.people, devices: identitiesOf(store.devices) });
  const tunnel = createDataPlane(parts, jwks, live, faults, people, {
    [renewPath]: renewalQuestion(createRenewer(store, audit, issuing, now)),
    [profileDocumentPath]: profilesQuestion(distribution),
    ...(people.offer.issuers.length === 0 ? {} : { [personPath]: personQuestion(people) }),
  });
  const status = (): EdgeStatus => ({
    name: config.name,
    pid: process.pid,
    startedAt: parts.startedAt.toISOString(),
    tunnel: tunnel.addresses().map(asText),
    enrollment: asTextOrNull(enrollment?.address() ?? null),
    administration: asTextOrNull(adminServer?.address() ?? null),
    revision: live.view().revision,
  });
  const onEnded = (device: string, ended: ReturnType<TunnelServer['revoke']>): void =>
    log.info({ device, ...ended }, 'sessions of a revoked device are ended');
  const administration = createAdministration({
    ...shared,
    namedLocations: config.namedLocations,
    attestationFaults: faults.counts,
    enrollmentAt: () => enrollmentEndpoint(config, status().enrollment),
    isOpen: config.enrollment.signIn !== null,
    profileNames: () => live.policy().profiles.map(({ profile }) => profile.name),
    onSignaling: live.renewView,
    onRevoked: ({ name }, thumbprints) => onEnded(name, tunnel.revoke(thumbprints)),
  });
  const adminServer = await openAdministration(parts, administration, live);
  const sources: MetricSources = {
    sessions: tunnel.sessions,
    openFlows: tunnel.openFlows,
    attestationFaults: faults.counts,
    records: parts.telemetry.records,
    exports: parts.exports.figures,
  };
  const handlers = controlHandlers(administration, distribution, status);
  return { tunnel, enrollment, adminServer, status, sources, handlers, onEnded };
}

function createDataPlane(
  { config, credentials, store, telemetry, log }: Parts,
  jwks: JSONWebKeySet,
  { policy, view }: LiveSettings,
  faults: AttestationFaults,
  people: People,
  questions: Questions,
): TunnelServer {
  const { edge, authority } = credentials;
  const identities = identitiesOf(store.devices);
  return createTunnelServer({
    name: config.name,
    tls: { key: edge.key, cert: edge.certificate, ca: authority.certificate },
    listen: config.listen.tunnel,
    limits: config.limits,
    policy,
    signaling: () => view().signaling.status,
    issuing: { authority, organisation: config.organisation },
    view,
    // Asked anew for each flow: a revocation by another process on the same store holds at once.
    findDevice: (thumbprint) => standingOf(store.devices.byThumbprint(thumbprint), Date.now()),
    isSameDevice: (thumbprint, other) => identities.thumbprintsOf(thumbprint).includes(other),
    questions,
    witnessKey: signingKey(credentials),
    jwks,
    issuer: witnessIssuer(config.name),
    logFlow: telemetry.logFlow,
    people,
    connections: telemetry.connections,
    onAttestationFaults: faults.count,
    log: {
      warn: (fields, message) => log.warn(fields, message),
      error: (fields, message) => log.error(fields, message),
    },
  });
}

function enrollerOf({ config, credentials, people, store }: Parts, audit: Audit, issuing: Issuing): Enroller {
  const { signIn } = config.enrollment;
  const { issuers, offer, clientOf } = people;
  const terms = signIn && { ...signIn, maxAgeMs: signIn.maxAge, issuers, offered: offer.issuers, clientOf };
  return createEnroller({
    ...{ store, audit, issuing, organisation: config.organisation, signIn: terms },
    authority: () => credentials.authority.certificate,
    now: () => new Date(),
  });
}

/** Profiles come and go while the edge runs, so that one that is missing is no fault of the configuration for good. */
function warnOfProfile({ config, log }: Parts, { policy }: LiveSettings): void {
  const wanted = config.enrollment.signIn?.profile ?? null;
  if (wanted === null || policy().profiles.some(({ profile }) => profile.name === wanted)) return;
  log.warn(
    { profile: wanted },
    'enrollment.signIn.profile: no profile has this name, so devices that people enrol may use nothing',
  );
}

/** One that is not registered is whatever its certificate is. */
function identitiesOf({ byThumbprint, thumbprints }: DeviceStore): DeviceIdentities {
  return {
    idOf: (thumbprint) => String(byThumbprint(thumbprint)?.id ?? thumbprint),
    thumbprintsOf: (thumbprint) => {
      const device = byThumbprint(thumbprint);
      return device === null ? [thumbprint] : thumbprints(device.id);
    },
  };
}

/** Signs what devices believe: statements of the witness, and their profiles. */
function signingKey({ witness }: EdgeCredentials): WitnessKey {
  return { kid: witness.kid, privateKey: createPrivateKey({ key: witness, format: 'jwk' }) };
}

function asText({ address, port }: Endpoint): { address: string; port: number } {
  return { address: address.text, port };
}

function asTextOrNull(place: Endpoint | null): { address: string; port: number } | null {
  return place === null ? null : asText(place);
}
