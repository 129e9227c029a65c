// The person's address at real receivers of forwarding headers, asked by curl and by an application, through the edge.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { type JWK, Provider } from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseHost } from '../../protocol/destination.ts';
import type { ClassSettings, ForwardingSettings } from '../../edge/core/edge-policy.ts';
import { type DataPlane, startDataPlane } from '../support/data-plane.ts';
import { installedProgram } from '../support/debian-programs.ts';
import { allSpellings } from '../support/forwarding-names.ts';
import { gatewayPki, owned } from '../support/gateway-rig.ts';
import { answerOf, openApplication } from '../support/owned-host.ts';
import { memoryAdapter } from '../support/identity-provider/memory-adapter.ts';
import { createProgramGroup, type ProgramGroup } from '../support/processes.ts';
import {
  type Receiver,
  startHeaderShowingHaproxy,
  startHttp2Nginx,
  startRemoteIpApache,
} from '../support/receivers.ts';
import { listen } from '../support/relay-chain.ts';

const curl = installedProgram('curl');
const haproxy = installedProgram('haproxy');
const nginx = installedProgram('nginx');
const apache = installedProgram('apache2');
const workstation = '127.10.0.7';
const forged = '6.6.6.6';

let group: ProgramGroup;
let edge: DataPlane;
let httpd: Awaited<ReturnType<typeof startRemoteIpApache>>;
const servers: Server[] = [];
/** What the provider took for the client's address, request by request. */
const providerSaw: { ip: string; protocol: string }[] = [];

beforeAll(async () => {
  group = createProgramGroup();
  writeFileSync(join(group.folder, 'ca.pem'), gatewayPki.ca.cert);
  edge = await startDataPlane({ pki: gatewayPki });
  writeFileSync(join(group.folder, 'device.crt'), edge.device.cert);
  writeFileSync(join(group.folder, 'device.key'), edge.device.key, { mode: 0o600 });
  const classes: ClassSettings[] = [
    entry('login.contoso.test', await startProvider()),
    entry('leftmost.contoso.test', await startLeftMost(), { upstreamTls: null }, 'X-Forwarded-Proto'),
  ];
  if (haproxy !== null) {
    const identity = owned;
    classes.push(
      entry(
        'haproxy-h2.contoso.test',
        await startHeaderShowingHaproxy({ group, program: haproxy, identity }, 'h2'),
      ),
      entry(
        'haproxy-h1.contoso.test',
        await startHeaderShowingHaproxy({ group, program: haproxy, identity }, 'http/1.1'),
      ),
    );
  }
  if (nginx !== null)
    classes.push(
      entry('nginx.contoso.test', await startHttp2Nginx({ group, program: nginx, identity: owned })),
    );
  if (apache !== null) {
    httpd = await startRemoteIpApache({ group, program: apache, identity: owned });
    classes.push(
      entry('httpd.contoso.test', httpd),
      entry('httpd-standard.contoso.test', httpd, {
        headers: { class: 'forwarded', header: 'Forwarded', schemeHeader: null },
      }),
    );
  }
  edge.state.policy = { ...edge.state.policy, classes };
});

afterAll(async () => {
  await edge.close();
  for (const server of servers) server.close();
  await group.end();
});

function entry(
  match: string,
  { host, port }: Receiver,
  forwarding: Partial<ForwardingSettings> = {},
  schemeHeader: string | null = null,
): ClassSettings {
  return {
    match,
    class: 'forwarded',
    upstream: { address: host, port },
    forwarding: {
      headers: { class: 'forwarded', header: 'X-Forwarded-For', schemeHeader },
      identity: null,
      upstreamTls: { name: parseHost('app.contoso.test'), ca: gatewayPki.ca.cert },
      ...forwarding,
    },
  };
}

/** As its documentation says to run it behind a proxy that is trusted: the first address is the client. */
async function startProvider(): Promise<Receiver> {
  const provider = new Provider('https://login.contoso.test', {
    clients: [
      {
        client_id: 'app',
        redirect_uris: ['https://app.contoso.test/cb'],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'none',
      },
    ],
    adapter: memoryAdapter(() => Date.now()),
    jwks: { keys: [signingKey()] },
    ttl: { Interaction: 600 },
    cookies: { keys: ['test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/sign-in/${interaction.uid}` },
  });
  Object.assign(provider, { proxy: true, maxIpsCount: 1 });
  provider.use(async (ctx, next) => {
    providerSaw.push({ ip: ctx.ip, protocol: ctx.protocol });
    await next();
  });
  const answer = provider.callback();
  const server = https.createServer({ cert: owned.cert, key: owned.key }, (request, response) => {
    void answer(request, response);
  });
  servers.push(server);
  return { host: '127.0.0.1', port: await listen(server) };
}

function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig' };
}

/** The naive reading that is common: the first element, in plain HTTP. */
async function startLeftMost(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const all = request.headersDistinct['x-forwarded-for']?.join(',') ?? 'none';
    response.end(`${all.split(',')[0] ?? ''} ${String(request.headers['x-forwarded-proto'])}`);
  });
  servers.push(server);
  return { host: '127.0.0.1', port: await listen(server) };
}

async function ask(host: string, path: string, fields: readonly string[]) {
  const application = await openApplication(edge, host, { localAddress: workstation });
  const answer = await answerOf(application.request({ path, headers: ['Host', host, ...fields] }).end());
  application.close();
  return answer;
}

const forgery = [
  'X-Forwarded-For',
  `${forged}, 7.7.7.7`,
  'x_forwarded_for',
  forged,
  'Forwarded',
  `for=${forged}`,
];

test('an OpenID Connect provider takes the workstation for the client, and its own issuer for the host', async () => {
  const discovery = await ask('login.contoso.test', '/.well-known/openid-configuration', forgery);
  expect(JSON.parse(discovery.text)).toMatchObject({
    issuer: 'https://login.contoso.test',
    authorization_endpoint: 'https://login.contoso.test/auth',
  });
  const query = new URLSearchParams({
    ...{
      client_id: 'app',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://app.contoso.test/cb',
    },
    ...{ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' },
  });
  const signIn = await ask('login.contoso.test', `/auth?${query.toString()}`, forgery);
  expect(signIn.status).toBe(303);
  expect(signIn.headers.location).toMatch(/^\/sign-in\//);
  expect(providerSaw).toEqual(Array(2).fill({ ip: workstation, protocol: 'https' }));
});

test('an application that reads the left-most address, behind plain HTTP, is told the truth and the scheme', async () => {
  expect((await ask('leftmost.contoso.test', '/', forgery)).text).toBe(`${workstation} https`);
});

describe.skipIf(haproxy === null)('HAProxy shows every field', () => {
  test.each([
    ['haproxy-h2.contoso.test', '2'],
    ['haproxy-h1.contoso.test', '1'],
  ])('%s', async (host, version) => {
    const { text } = await ask(host, '/', [...forgery, 'X-Own', 'kept']);
    const lines = text.toLowerCase().split(/\r?\n|%0d%0a/);
    expect(lines[0]).toBe(`http ${version}`);
    expect(lines.filter((line) => line.includes('forwarded'))).toEqual([`x-forwarded-for: ${workstation}`]);
    expect(lines).toContain('x-own: kept');
    expect(text).not.toContain(forged);
  });
});

test.skipIf(nginx === null)('nginx over HTTP/2 logs the workstation as the client', async () => {
  expect((await ask('nginx.contoso.test', '/', forgery)).text).toBe(
    `HTTP/2.0 ${workstation} [${workstation}]`,
  );
});

describe.skipIf(apache === null)('Apache httpd with mod_remoteip logs', () => {
  /** Log lines of the requests whose X-Case begins with `name`, without the name. */
  const logged = (name: string) =>
    httpd
      .accessLog()
      .filter((line) => line.startsWith(name))
      .map((line) => line.slice(line.indexOf(' ') + 1));

  test('whatever is said by one who asks it directly', async () => {
    const request = https.request({
      ...{ host: httpd.host, port: httpd.port, servername: 'app.contoso.test', ca: gatewayPki.ca.cert },
      headers: ['Host', 'app.contoso.test', 'X-Case', 'direct', ...forgery],
    });
    await answerOf(request.end());
    await expect.poll(() => logged('direct')).toEqual([`7.7.7.7 127.0.0.1 [${forged}] [for=${forged}]`]);
  });

  test('the workstation, whichever header in whichever spelling says another', async () => {
    const application = await openApplication(edge, 'httpd.contoso.test', { localAddress: workstation });
    const ask = (name: string, fields: readonly string[]) =>
      answerOf(
        application.request({ headers: ['Host', 'httpd.contoso.test', 'X-Case', name, ...fields] }).end(),
      );
    for (const { name } of allSpellings) {
      await ask(`spelling-${name}`, [name, `${forged}, 7.7.7.7`]);
      await ask(`named-${name}`, ['Connection', `keep-alive, ${name}, X-Forwarded-For`, name, forged]);
    }
    application.close();
    await expect.poll(() => logged('named-')).toHaveLength(allSpellings.length);
    const lines = [...logged('spelling-'), ...logged('named-')];
    expect(lines).toHaveLength(allSpellings.length * 2);
    expect(new Set(lines)).toEqual(new Set([`${workstation} 127.0.0.1 [-] [-]`]));
  });

  test('the connection, and the header as it came, where the edge writes Forwarded', async () => {
    await ask('httpd-standard.contoso.test', '/', [...forgery, 'X-Case', 'standard']);
    await expect.poll(() => logged('standard')).toEqual([`127.0.0.1 127.0.0.1 [-] [for=${workstation}]`]);
  });

  test('the connection where signalling is off', async () => {
    edge.state.signaling = 'disabled';
    await ask('httpd.contoso.test', '/', [...forgery, 'X-Case', 'off']);
    edge.state.signaling = 'enabled';
    await expect.poll(() => logged('off')).toEqual(['127.0.0.1 127.0.0.1 [-] [-]']);
  });
});

describe.skipIf(curl === null || haproxy === null)('curl, through an HTTP/1.1 tunnel', () => {
  test.each(['--http1.1', '--http2'])('%s', async (version) => {
    const { code, stdout, stderr } = await group.run(curl ?? '', [
      ...['--silent', '--show-error', version, '--cacert', 'ca.pem'],
      ...['--proxy', `https://127.0.0.1:${edge.port}`, '--proxy-cacert', 'ca.pem'],
      ...['--proxy-cert', 'device.crt', '--proxy-key', 'device.key'],
      ...['--header', `X-Forwarded-For: ${forged}`, '--data', 'x=1'],
      'https://haproxy-h2.contoso.test/',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('x-forwarded-for: 127.0.0.1');
    expect(stdout).not.toContain(forged);
  });
});

test('a flow to an owned host is counted and recorded as every other', async () => {
  await expect.poll(() => edge.openFlows()).toBe(0);
  const application = await openApplication(edge, 'leftmost.contoso.test');
  expect(edge.openFlows()).toBe(1);
  await answerOf(application.request({ headers: ['Host', 'leftmost.contoso.test'] }).end());
  const closed = once(application.tls, 'close');
  application.tls.end();
  await closed;
  application.close();
  await expect.poll(() => edge.openFlows()).toBe(0);
  const record = edge.records.at(-1);
  expect(record).toMatchObject({ class: 'forwarded', result: 'ended', reason: null });
  expect(record?.bytesReceived).toBeGreaterThan(500);
});
