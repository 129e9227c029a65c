// Microsoft's own Graph client for JavaScript, pointed at an edge.
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Client } from '@microsoft/microsoft-graph-client';

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
