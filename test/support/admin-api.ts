// The administration API in this process, on a store of its own, and callers with tokens and certificates of every kind.
import { request } from 'node:https';
import { join } from 'node:path';
import { type AdministrationOptions, createAdministration } from '../../edge/administration.ts';
import { createAdminServer } from '../../edge/admin/server.ts';
import type { ResourceContext } from '../../edge/admin/resources.ts';
import { createAudit } from '../../edge/audit.ts';
import { createForwarding } from '../../edge/forwarding.ts';
import { createNamedLocations } from '../../edge/named-locations.ts';
import { exampleProfile } from './admin-profile.ts';
import { type AdministratorRole, administratorRoles } from '../../edge/core/admin-access.ts';
import { publicEndpoints } from '../../edge/core/endpoints.ts';
import { openSqliteStore } from '../../edge/store/sqlite/store.ts';
import type { Credential } from '../../edge/identity/pki.ts';
import { createLogReader } from '../../edge/reports/log-reader.ts';
import { createPki } from './pki.ts';
import { createProgramGroup } from './processes.ts';

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed; null where there is none. */
  readonly body: unknown;
};

export type Question = {
  /** A whole Authorization header; absent: the token of a Global Secure Access Administrator. */
  readonly authorization?: string | null;
  readonly role?: AdministratorRole;
  /** Shown in the handshake. */
  readonly certificate?: Credential;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

export type AdminApi = ResourceContext & {
  /** What the logs are read from. */
  readonly recordsFile: string;
  readonly port: number;
  readonly authority: string;
  readonly tls: { readonly key: string; readonly certificate: string };
  readonly tokens: Readonly<Record<AdministratorRole, string>>;
  /** Every line that the API logged, as text. */
  readonly logged: string[];
  readonly clock: { now: Date };
  readonly ask: (method: string, path: string, question?: Question) => Promise<Reply>;
  readonly close: () => Promise<void>;
};

const pki = createPki();
const day = 86_400_000;
const configured = [{ name: 'Head office', trusted: true, ranges: ['203.0.113.0/24'] }];

export async function startAdminApi(options: Partial<AdministrationOptions> = {}): Promise<AdminApi> {
  const group = createProgramGroup();
  const clock = { now: new Date('2026-06-01T12:00:00.000Z') };
  const store = openSqliteStore(join(group.folder, 'edge.db'), clock.now.toISOString());
  const logged: string[] = [];
  const write = (fields: object, message: string) => void logged.push(JSON.stringify({ ...fields, message }));
  const now = (): Date => clock.now;
  const administration = createAdministration({
    organisation: 'Contoso',
    lifetimeMs: 365 * day,
    enrollmentAt: () => ({ url: 'https://edge.contoso.test:8444' }),
    profileNames: () => [],
    isOpen: false,
    namedLocations: [],
    store,
    issuing: () => ({
      authority: { key: pki.ca.key, certificate: pki.ca.cert },
      jwks: { keys: [] },
    }),
    endpoints: () =>
      publicEndpoints(
        { name: 'edge.contoso.test' },
        { tunnel: [{ address: '127.0.0.1', port: 8443 }], portalCheck: null },
      ),
    now,
    onAudit: (entry) => write(entry, 'administration'),
    ...options,
  });
  const tokens = Object.fromEntries(
    administratorRoles.map((role) => [
      role,
      administration.administrators.add(
        { name: role.replaceAll(' ', '.'), role, lifetimeMs: 90 * day },
        'uid 0',
      ).token,
    ]),
  ) as Record<AdministratorRole, string>;
  const tls = { key: pki.edge.key, certificate: pki.edge.cert };
  const audit = createAudit({ store, now });
  const forwarding = createForwarding({ profiles: [exampleProfile], store, audit, now });
  const namedLocations = createNamedLocations({ configured, store, audit, now });
  const recordsFile = join(group.folder, 'records.db');
  const logs = createLogReader(recordsFile);
  const server = createAdminServer({
    listen: { address: '127.0.0.1', port: 0 },
    tls,
    ...{ administration, store, forwarding, namedLocations, logs },
    nowMs: () => clock.now.getTime(),
    log: { info: write, error: write },
  });
  await server.listen();
  const port = server.address()?.port ?? 0;
  return {
    ...{ administration, store, forwarding, namedLocations, logs, recordsFile },
    ...{ port, authority: pki.ca.cert, tls, tokens, logged, clock },
    ask: (method, path, question = {}) => ask(port, tokens, method, path, question),
    close: async () => {
      await server.close();
      await logs.close();
      store.close();
      await group.end();
    },
  };
}

function ask(
  port: number,
  tokens: AdminApi['tokens'],
  method: string,
  path: string,
  {
    authorization,
    role = 'Global Secure Access Administrator',
    certificate,
    body,
    text,
    headers = {},
  }: Question,
): Promise<Reply> {
  const given = authorization === undefined ? `Bearer ${tokens[role]}` : authorization;
  const payload = text ?? (body === undefined ? undefined : JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ host: '127.0.0.1', port, method, path, ca: pki.ca.cert, agent: false },
        ...(certificate === undefined ? {} : { key: certificate.key, cert: certificate.certificate }),
        headers: {
          ...(given === null ? {} : { authorization: given }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(payload === undefined ? {} : { 'content-length': Buffer.byteLength(payload) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString();
          const { statusCode = 0 } = response;
          resolve({
            status: statusCode,
            headers: response.headers,
            body: answer === '' ? null : (JSON.parse(answer) as unknown),
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(payload);
  });
}
