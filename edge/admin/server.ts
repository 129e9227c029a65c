// The administration API: HTTPS with bearer tokens or client certificates, Microsoft Graph's paths. Every endpoint says
// what it needs.
import { constants, randomUUID, type X509Certificate } from 'node:crypto';
import type { Server } from 'node:https';
import { TLSSocket } from 'node:tls';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { parseAddress, unspecified } from '../../protocol/address.ts';
import { explain } from '../../protocol/error.ts';
import type { ListenAddress } from '../../protocol/listen-address.ts';
import type { Endpoint as Place } from '../core/edge-policy.ts';
import { createGuessLimit, type GuessRates } from '../core/guess-limit.ts';
import type { Credential } from '../identity/pki.ts';
import { endpointOf, listenFault } from '../server/listen-on.ts';
import { faultOf } from './answers.ts';
import { callerOf, lacks } from './caller.ts';
import { type Answer, apiVersions, type Fault, type ServedEndpoint } from './endpoint.ts';
import { answerBrokenRequest, frameworkFault } from './framework-faults.ts';
import { openApiDocument, openApiPath } from './openapi.ts';
import { collectEndpoints, type ResourceContext } from './resources.ts';

export type AdminServerOptions = ResourceContext & {
  readonly listen: ListenAddress;
  /** The edge's own; administrators trust its authority. */
  readonly tls: Credential;
  readonly nowMs: () => number;
  readonly log: Record<'info' | 'error', (fields: object, message: string) => void>;
};

export type AdminServer = {
  /** @throws OpenGsaError `address-in-use`, `address-unavailable` or `bad-permissions` (ports below 1024) */
  readonly listen: () => Promise<void>;
  /** Where it listens; null while it does not. */
  readonly address: () => Place | null;
  readonly close: () => Promise<void>;
};

/** The largest body in bytes: named locations of two thousand ranges fit. */
export const adminBodyLimit = 256 * 1024;
const headLimit = 16 * 1024;
/**
 * Asked for, and whose it is decided by the store: no authority is trusted. The handshake proves that its key is at hand,
 * and a connection never changes to another one.
 */
const clientCertificates = {
  requestCert: true,
  rejectUnauthorized: false,
  ca: [],
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
};
/** Of callers without a good token or certificate. */
export const guessRates: GuessRates = {
  perAddress: { burst: 20, perSecond: 1 / 3 },
  together: { burst: 200, perSecond: 200 / 60 },
};
const mostConnections = 128;
const handshakeMs = 10_000;
const requestMs = 30_000;
const idleMs = 60_000;

type App = FastifyInstance<Server>;
type Request = FastifyRequest;

export function createAdminServer(options: AdminServerOptions): AdminServer {
  const app = createApp(options.tls);
  app.server.maxConnections = mostConnections;
  const endpoints = collectEndpoints(options);
  const gate = createGate(options);
  app.removeContentTypeParser('text/plain');
  // Before the body is read: a stranger's is not.
  app.addHook('onRequest', gate.enter);
  app.setErrorHandler((error, request, reply) => {
    const fault = frameworkFault(error) ?? faultOf(error);
    if (fault.status >= 500)
      options.log.error({ reason: explain(error) }, 'a request of administration failed');
    return gate.refuse(request, reply, fault);
  });
  app.setNotFoundHandler((request, reply) => gate.refuse(request, reply, unknownPath(request)));
  addDocument(app, endpoints);
  addRoutes(app, endpoints, gate);
  return {
    async listen() {
      try {
        await app.listen({ host: options.listen.address, port: options.listen.port });
      } catch (error) {
        throw listenFault(error, options.listen);
      }
    },
    address: () => endpointOf(app.server.address())[0] ?? null,
    close: () => app.close(),
  };
}

function createApp({ key, certificate }: Credential): App {
  return fastify({
    https: {
      ...{ key, cert: certificate, minVersion: 'TLSv1.2', handshakeTimeout: handshakeMs },
      ...clientCertificates,
      ...{ maxHeaderSize: headLimit, headersTimeout: handshakeMs, connectionsCheckingInterval: 1000 },
    },
    bodyLimit: adminBodyLimit,
    requestTimeout: requestMs,
    connectionTimeout: idleMs,
    keepAliveTimeout: idleMs,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    // Graph's paths are written in several cases.
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 300 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      const fault = frameworkFault(error) ?? faultOf(error);
      // The hooks have not run: nobody has asked who this is.
      void sendFault(request, reply, fault);
    },
  });
}

type Gate = {
  readonly enter: (request: Request, reply: FastifyReply) => Promise<unknown>;
  readonly refuse: (request: Request, reply: FastifyReply, fault: Fault) => FastifyReply;
  readonly who: (request: Request) => ReturnType<typeof identity>;
};

type Identity = Extract<ReturnType<typeof callerOf>, { kind: 'known' }>['principal'];

function identity(principal: Identity) {
  return { principal, who: `administrator ${principal.name}` };
}

/** Lets in who is known and may; writes down every change that is refused. */
function createGate({ administration, nowMs, log }: AdminServerOptions): Gate {
  const known = new WeakMap<Request, ReturnType<typeof identity>>();
  const guesses = createGuessLimit(guessRates, nowMs());
  const refuse = (request: Request, reply: FastifyReply, fault: Fault): FastifyReply => {
    const caller = known.get(request)?.who ?? `unknown caller at ${request.ip}`;
    const act = `${request.method} ${pathOf(request).slice(0, 200)}`;
    log.info({ who: caller, act, status: fault.status, code: fault.error.code }, 'administration refused');
    if (!isReading(request)) {
      administration.noteRefusal(caller, `${act}: ${fault.status} ${fault.error.code}`);
    }
    return sendFault(request, reply, fault);
  };
  return {
    refuse,
    who: (request) => {
      const found = known.get(request);
      // A route that the hook did not see must not be served.
      if (found === undefined) throw new Error('a request without a caller');
      return found;
    },
    async enter(request, reply) {
      if (pathOf(request) === openApiPath) return undefined;
      const caller = callerOf(request.headers, certificateOf(request), administration.administrators);
      if (caller.kind === 'known') {
        known.set(request, identity(caller.principal));
        const { needs } = request.routeOptions.config as { needs?: ServedEndpoint['needs'] };
        const fault = needs === undefined ? null : lacks(caller.principal, needs);
        return fault === null ? undefined : refuse(request, reply, fault);
      }
      const from = parseAddress(request.ip) ?? unspecified.ipv6;
      const waitMs = guesses.waitMs(from, nowMs());
      if (guesses.wasWrong(from, nowMs()) && waitMs === 0) {
        reply.header('www-authenticate', 'Bearer realm="opengsa-edge"');
        return refuse(request, reply, caller.fault);
      }
      reply.header('retry-after', String(Math.max(1, Math.ceil(waitMs / 1000))));
      // Strangers beyond the limit leave no trace: they must fill neither log nor store.
      return sendFault(request, reply, tooMany);
    },
  };
}

/** Undefined too where a connection cannot tell (any more): such a request is a stranger's. */
function certificateOf({ raw: { socket } }: Request): X509Certificate | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
}

function addDocument(app: App, endpoints: readonly ServedEndpoint[]): void {
  const document = openApiDocument(endpoints);
  app.get(openApiPath, (request, reply) => withIds(request, reply).send(document));
}

function addRoutes(app: App, endpoints: readonly ServedEndpoint[], gate: Gate): void {
  for (const version of apiVersions) {
    for (const [path, group] of Map.groupBy(endpoints, (endpoint) => endpoint.path)) {
      const url = `/${version}${path}`;
      for (const endpoint of group) {
        app.route({
          ...{ method: endpoint.method, url, config: { needs: endpoint.needs } },
          handler: (request, reply) => serve(endpoint, version, gate, request, reply),
        });
      }
      const offered = group.map(({ method }) => method);
      app.route({
        method: (['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const).filter(
          (method) => !offered.some((one) => one === method),
        ),
        url,
        handler: (request, reply) => {
          reply.header('allow', offered.join(', '));
          return gate.refuse(request, reply, wrongMethod(request.method, offered));
        },
      });
    }
  }
}

async function serve(
  endpoint: ServedEndpoint,
  version: string,
  gate: Gate,
  request: Request,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const [path = '', search = ''] = request.url.split(/(?=\?)/, 2);
  const answer: Answer = await endpoint.serve({
    ...gate.who(request),
    params: request.params as Record<string, string>,
    rawQuery: request.query as Record<string, unknown>,
    rawBody: request.body,
    prefers: (preference) => preferencesOf(request).includes(preference),
    service: `https://${request.host}/${version}`,
    path: path.slice(version.length + 1),
    search,
  });
  if ('error' in answer) return gate.refuse(request, reply, answer);
  withIds(request, reply).code(answer.status);
  if (answer.status !== 204) return reply.send(answer.body);
  if (answer.preferenceApplied !== undefined) reply.header('preference-applied', answer.preferenceApplied);
  return reply.send();
}

function sendFault(request: Request, reply: FastifyReply, { status, error }: Fault): FastifyReply {
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    'request-id': request.id,
    'client-request-id': clientRequestId(request),
  };
  return withIds(request, reply)
    .code(status)
    .send({ error: { ...error, innerError } });
}

function withIds(request: Request, reply: FastifyReply): FastifyReply {
  return reply.headers({
    'request-id': request.id,
    'client-request-id': clientRequestId(request),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
}

/** As the caller sent it, where it is a plain word; else the edge's own. */
function clientRequestId(request: Request): string {
  const given = request.headers['client-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : request.id;
}

function preferencesOf({ headers: { prefer } }: Request): string[] {
  const texts = Array.isArray(prefer) ? prefer : [prefer ?? ''];
  return texts.flatMap((text) => text.split(',')).map((part) => part.trim().toLowerCase());
}

function isReading({ method }: Request): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method);
}

/** Without its query, which may hold what no log should. */
function pathOf({ url }: Request): string {
  return url.split('?', 1)[0] ?? '';
}

function unknownPath(request: Request): Fault {
  const message = `there is nothing at ${pathOf(request).slice(0, 200)}; ${openApiPath} has the list`;
  return { status: 404, error: { code: 'ResourceNotFound', message } };
}

function wrongMethod(method: string, offered: readonly string[]): Fault {
  const message = `${method} is not offered here; there are ${offered.join(', ')}`;
  return { status: 405, error: { code: 'MethodNotAllowed', message } };
}

const tooMany: Fault = {
  status: 429,
  error: {
    code: 'TooManyRequests',
    message: 'too many requests without a good token or certificate; try again later',
  },
};
