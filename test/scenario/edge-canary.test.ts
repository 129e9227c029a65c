// A secret in each place where one travels to or through an edge, and a search of everything that the edge writes down or
// tells. Beside each secret stands something that may be told: where that is not found, the search would find nothing.
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ClientHttp2Session } from 'node:http2';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { enrollPath } from '../../protocol/enrollment.ts';
import { parseOneTime } from '../support/one-time-invitation.ts';

import { personPath } from '../../protocol/person.ts';
import { canary, secretsIn } from '../support/canary.ts';
import { answered, textOf } from '../support/data-plane.ts';
import { initEdge, readyEdge, runEdgeMain, sessionOfBundle } from '../support/edge-program.ts';
import { eventually } from '../support/eventually.ts';
import { type Origin, startOrigin } from '../support/origins.ts';
import { type OtlpCollectorDouble, startOtlpCollector } from '../support/otlp-collector.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';
import { listen } from '../support/relay-chain.ts';
import { parseSyslog, readFrames } from '../support/syslog-parser.ts';

// Starts several programs; the limit is a guard against a hang on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

let group: ProgramGroup;
let syslog: Origin;
let otlp: OtlpCollectorDouble;
let application: http.Server;
let syslogBytes: Buffer[];
/** Request lines and headers as the application behind the edge saw them. */
let atApplication: string[];

beforeEach(async () => {
  group = createProgramGroup();
  [syslogBytes, atApplication] = [[], []];
  syslog = await startOrigin((socket) => void socket.on('data', (bytes: Buffer) => syslogBytes.push(bytes)));
  otlp = await startOtlpCollector();
  application = http.createServer((request, response) => {
    atApplication.push(`${request.url ?? ''} ${JSON.stringify(request.rawHeaders)}`);
    response.setHeader('set-cookie', `answer=${secrets.answerCookie}`).end('hello');
  });
});
afterEach(async () => {
  await syslog.close();
  await otlp.close();
  await new Promise((done) => application.close(done));
  await group.end();
});

const at = (name: string): string => join(group.folder, name);
const read = (name: string): string => readFileSync(at(name), 'latin1');
const listener = z.object({ port: z.int() });
const readyLine = z.object({ enrollment: listener, administration: listener });
const marker = 'marker-3f9a2c';
const host = `${marker}.contoso.test`;

const secrets = {
  statement: canary('statement'),
  connectAuthorization: canary('connect-authorization'),
  connectProxyAuthorization: canary('connect-proxy-authorization'),
  connectCookie: canary('connect-cookie'),
  claim: canary('claim'),
  authorization: canary('authorization'),
  proxyAuthorization: canary('proxy-authorization'),
  cookie: canary('cookie'),
  answerCookie: canary('answer-cookie'),
  query: canary('query'),
  wrongToken: canary('wrong-token'),
  tokenInQuery: canary('token-in-query'),
  invitation: canary('invitation'),
  idToken: canary('id-token'),
  idTokenSignature: canary('id-token-signature'),
  collectorHeader: canary('collector-header'),
};

test('no secret stands in anything that the edge writes down or tells, in any spelling', async () => {
  const upstream = await listen(application);
  writeFileSync(at('headers'), `Authorization: Bearer ${secrets.collectorHeader}\n`, { mode: 0o600 });
  await initEdge(group, {
    listen: {
      tunnel: ['127.0.0.1:0'],
      ...{ administration: '127.0.0.1:0', enrollment: '127.0.0.1:0', metrics: '127.0.0.1:0' },
    },
    people: { issuers: [{ issuer: `https://localhost:1`, clientId: 'opengsa' }] },
    classes: [
      {
        ...{ match: host, class: 'forwarded', upstreamTls: 'off' },
        upstream: { address: '127.0.0.1', port: upstream },
      },
    ],
    log: {
      level: 'debug',
      exports: [
        { type: 'syslog', name: marker, server: `127.0.0.1:${syslog.port}`, transport: 'tcp' },
        { type: 'otlp', url: otlp.url, headersFile: 'headers' },
      ],
    },
  });
  const { program, metrics } = await readyEdge(group);
  const { enrollment, administration } = readyLine.parse(JSON.parse(program.stdout()));
  await runEdgeMain(group, ['devices', 'add', marker, '--out', 'laptop']);

  await sendThroughTunnel();
  const token = await callAdministration(administration.port);
  const invitation = await askForEnrolment(enrollment.port);
  expect(atApplication.join('\n')).toContain(secrets.authorization);
  expect(atApplication.join('\n')).toContain(secrets.query);

  await eventually(() => otlp.records.length).toBeGreaterThan(4);
  const figures = await (await fetch(`http://127.0.0.1:${metrics!.port}/metrics`)).text();
  const audits = await ask(administration.port, token, '/v1.0/auditLogs/directoryAudits');
  const logs = await runEdgeMain(group, ['logs', '--json']);
  program.signal('SIGTERM');
  expect((await program.ended).code).toBe(0);

  const frames = readFrames(Buffer.concat(syslogBytes));
  expect(frames.map((frame) => parseSyslog(frame).messageId)).toContain('AUDIT');
  expect(otlp.faults).toEqual([]);
  const keys = Object.fromEntries(
    ['laptop/device.key', 'state/ca.key', 'state/edge.key'].map((name) => [name, middleOf(read(name))]),
  );
  const witness = JSON.parse(read('state/witness.jwk')) as { d: string };
  const all = { ...secrets, ...keys, witnessKey: witness.d, token, invitationSecret: invitation };

  const written: Record<string, { text: string; holds: string }> = {
    'standard output': { text: program.stdout(), holds: 'edge.contoso.test' },
    'standard error': { text: program.stderr(), holds: marker },
    'opengsa-edge logs': { text: logs.stdout, holds: host },
    'the audit log by the API': { text: audits.text, holds: marker },
    figures: { text: figures, holds: marker },
    syslog: { text: Buffer.concat(syslogBytes).toString('latin1'), holds: host },
    OTLP: { text: otlp.requests.map(({ text }) => text).join('\n'), holds: host },
    'flows.jsonl': { text: read('state/flows.jsonl'), holds: host },
    'records.db': { text: database('records.db'), holds: host },
    'edge.db': { text: database('edge.db'), holds: marker },
  };
  for (const [place, { text, holds }] of Object.entries(written)) {
    expect(secretsIn(text, all), place).toEqual([]);
    expect(secretsIn(text, { marker: holds }), `the search finds nothing in ${place}`).not.toEqual([]);
  }
});

/** A flow with secrets in its CONNECT, in an HTTP request within it, and a sign-in, over the tunnel. */
async function sendThroughTunnel(): Promise<void> {
  const session = await sessionOfBundle(group, 'laptop');
  const { stream, status } = await answered(session, `${host}:443`, {
    'egress-attestation': `"${jwt({ ip: '203.0.113.7', jti: secrets.statement }, secrets.statement)}"`,
    'egress-claim': `"${secrets.claim}"`,
    authorization: `Bearer ${secrets.connectAuthorization}`,
    'proxy-authorization': `Basic ${btoa(`user:${secrets.connectProxyAuthorization}`)}`,
    cookie: `session=${secrets.connectCookie}`,
  });
  expect(status).toBe(200);
  const tls = connectTls({ socket: stream, servername: host, ca: read('state/ca.crt') });
  tls.on('error', () => undefined);
  await once(tls, 'secureConnect');
  const inner = http.request({
    ...{ createConnection: () => tls, path: `/callback?code=${secrets.query}` },
    headers: {
      ...{ host, connection: 'close', authorization: `Bearer ${secrets.authorization}` },
      'proxy-authorization': `Basic ${btoa(`user:${secrets.proxyAuthorization}`)}`,
      cookie: `session=${secrets.cookie}`,
    },
  });
  inner.end();
  const [response] = (await once(inner, 'response')) as [http.IncomingMessage];
  expect(await textOf(response)).toBe('hello');
  // One that is refused: its reasons are told in more places.
  const refused = await answered(session, 'elsewhere.contoso.test:443', {
    'egress-attestation': `"${secrets.statement}"`,
    authorization: `Bearer ${secrets.connectAuthorization}`,
  });
  expect(refused.status).toBe(403);
  expect(await signIn(session)).toBeGreaterThanOrEqual(400);
  session.destroy();
}

async function signIn(session: ClientHttp2Session): Promise<number> {
  const stream = session.request({
    ...{ ':method': 'POST', ':path': personPath, 'content-type': 'application/json' },
    ':authority': 'edge.contoso.test',
  });
  const payload = { iss: 'https://localhost:1', aud: 'opengsa', sub: 'adele', email: secrets.idToken };
  stream.end(JSON.stringify({ idToken: jwt(payload, secrets.idTokenSignature), salt: 'A'.repeat(43) }));
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  stream.resume();
  return Number(headers[':status']);
}

/** Right and wrong tokens, where they belong and where they do not. @returns the right one */
async function callAdministration(port: number): Promise<string> {
  const made = await runEdgeMain(group, [
    ...['admin', 'token', '--json', '--role', 'Global Secure Access Administrator', '--name', 'adele'],
  ]);
  const { token } = JSON.parse(made.stdout) as { token: string };
  const settings = '/v1.0/networkAccess/settings/conditionalAccess';
  expect((await ask(port, token, settings)).status).toBe(200);
  expect((await ask(port, secrets.wrongToken, settings)).status).toBe(401);
  const inQuery = await ask(port, token, `${settings}?access_token=${secrets.tokenInQuery}`);
  expect(inQuery.status).toBe(400);
  expect((await ask(port, token, settings, { signalingStatus: token })).status).toBe(400);
  return token;
}

/** A guessed invitation, and a good one with a bad request. @returns the good one's secret */
async function askForEnrolment(port: number): Promise<string> {
  const invited = await runEdgeMain(group, ['invite', '--name', 'tablet']);
  const { secret } = parseOneTime(invited.stdout);
  const question = {
    ...{ version: 1, request: 'none' },
    device: { name: 'tablet', system: 'Debian', agent: '0.1.0' },
  };
  const guess = await ask(port, null, enrollPath, { ...question, secret: secrets.invitation });
  expect(guess.status).toBe(403);
  const wrong = await ask(port, null, enrollPath, { ...question, secret });
  expect(wrong.status).toBe(400);
  return secret;
}

async function ask(
  port: number,
  token: string | null,
  path: string,
  body?: object,
): Promise<{ status: number; text: string }> {
  const payload = body === undefined ? '' : JSON.stringify(body);
  const sent = requestHttps({
    ...{ host: '127.0.0.1', port, path, ca: read('state/ca.crt'), agent: false },
    ...{
      servername: 'edge.contoso.test',
      method: body === undefined ? 'GET' : token === null ? 'POST' : 'PATCH',
    },
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
    },
  });
  sent.end(payload);
  const [response] = (await once(sent, 'response')) as [http.IncomingMessage];
  return { status: response.statusCode ?? 0, text: await textOf(response) };
}

function jwt(payload: object, signature: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'ES256', kid: 'k' })}.${part(payload)}.${Buffer.from(signature).toString('base64url')}`;
}

function middleOf(pem: string): string {
  return pem.split('\n')[2] ?? '';
}

/** The database with what is not yet in its main file. */
function database(name: string): string {
  const names = readdirSync(at('state')).filter((file) => file.startsWith(name));
  expect(names).toContain(name);
  return names.map((file) => read(`state/${file}`)).join('');
}
