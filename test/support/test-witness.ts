// A small witness for tests: real TLS with client certificates, statements signed with jose, and faults on demand.
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTHeaderParameters, SignJWT } from 'jose';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createHash } from 'node:crypto';
import type { Identity, Pki } from './pki.ts';

export type WitnessKey = {
  readonly jwks: JSONWebKeySet;
  readonly sign: (claims: Record<string, unknown>, header?: Partial<JWTHeaderParameters>) => Promise<string>;
};

export async function createWitnessKey(kid = 'w-1'): Promise<WitnessKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256' }] },
    sign: (claims, header = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'egress+jwt', kid, ...header })
        .sign(privateKey),
  };
}

/** The claims of a good statement; times are wall clock in ms. */
export function statement(given: { ip: string; thumbprint: string; now: number; lifeS?: number }) {
  const iat = Math.floor(given.now / 1000);
  return {
    iss: 'https://edge.contoso.test',
    aud: 'egress',
    iat,
    exp: iat + (given.lifeS ?? 300),
    jti: 'test',
    ip: given.ip,
    cnf: { 'x5t#S256': given.thumbprint },
  };
}

export type TestWitness = {
  readonly port: number;
  /** What the next answers are; absent: a good statement about the peer. */
  answer: ((peer: WitnessPeer, response: ServerResponse) => void) | null;
  readonly requests: readonly IncomingMessage[];
  readonly close: () => Promise<void>;
};

export type WitnessPeer = { readonly ip: string; readonly thumbprint: string };

/** Listens on `host`; `identity` is the certificate that it shows. */
export async function startWitness(
  pki: Pki,
  key: WitnessKey,
  { host = '127.0.0.1', identity = pki.edge }: { host?: string; identity?: Identity } = {},
): Promise<TestWitness> {
  const requests: IncomingMessage[] = [];
  const server = createServer({
    key: identity.key,
    cert: identity.cert,
    ca: pki.ca.cert,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
  });
  const witness: TestWitness = {
    get port() {
      return (server.address() as AddressInfo).port;
    },
    answer: null,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  server.on('error', () => undefined);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    requests.push(request);
    const { socket } = request;
    if (!(socket instanceof TLSSocket) || !socket.authorized) {
      response.writeHead(403).end();
      return;
    }
    const peer = {
      ip: socket.remoteAddress ?? '',
      thumbprint: createHash('sha256').update(socket.getPeerCertificate().raw).digest('base64url'),
    };
    if (witness.answer !== null) {
      witness.answer(peer, response);
      return;
    }
    void key.sign(statement({ ...peer, now: Date.now() })).then((jws) => sendStatement(response, jws));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return witness;
}

export function sendStatement(response: ServerResponse, jws: string): void {
  response.writeHead(200, { 'content-type': 'application/jwt', 'cache-control': 'no-store' }).end(jws);
}
