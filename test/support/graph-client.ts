// Microsoft's own Graph client for JavaScript, pointed at an edge.
import { Agent, request } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Client, type Context, type Middleware, TelemetryHandler } from '@microsoft/microsoft-graph-client';
import type { Credential } from '../../edge/identity/pki.ts';

export type GraphClientOptions = {
  /** `https://127.0.0.1:8445` */
  readonly url: string;
  readonly token: string;
  /** PEM of whoever signed the edge's certificate; the whole process trusts it from then on. */
  readonly authority: string;
  readonly version?: 'v1.0' | 'beta';
};

export function graphClient({ url, token, authority, version = 'v1.0' }: GraphClientOptions): Client {
  setDefaultCACertificates([...getCACertificates('default'), authority]);
  return Client.init({
    baseUrl: url,
    defaultVersion: version,
    // Otherwise the client sends tokens to Microsoft's hosts only.
    customHosts: new Set([new URL(url).hostname]),
    authProvider: (done) => done(null, token),
  });
}

export type CertifiedClientOptions = Pick<GraphClientOptions, 'url' | 'authority'> & {
  readonly identity: Credential;
};

/** The same client, known by a certificate: it goes on by Node's HTTPS, since its `fetch` shows none. */
export function certifiedGraphClient({ url, authority, identity }: CertifiedClientOptions): Client {
  const agent = new Agent({ ca: authority, key: identity.key, cert: identity.certificate });
  const send: Middleware = {
    execute: async (context) => {
      context.response = await sendBy(agent, context);
    },
  };
  return Client.initWithMiddleware({
    baseUrl: url,
    customHosts: new Set([new URL(url).hostname]),
    middleware: [new TelemetryHandler(), send],
  });
}

function sendBy(agent: Agent, { request: asked, options }: Context): Promise<Response> {
  const url = asked as string;
  const headers = Object.fromEntries(new Headers(options?.headers));
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method: options?.method ?? 'GET', headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const { statusCode: status = 0 } = answer;
        const body = status === 204 ? null : Buffer.concat(chunks);
        const fields = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
          values.map((value): [string, string] => [name, value]),
        );
        resolve(new Response(body, { status, headers: fields }));
      });
    });
    sent.on('error', reject);
    sent.end(options?.body);
  });
}
